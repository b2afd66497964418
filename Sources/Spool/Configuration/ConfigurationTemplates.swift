/// The files that a new root starts with: every key with its default, commented out.
///
/// A line that starts with `#` and no single blank is a setting; taking the `#` away must not change what the
/// file means.
public enum ConfigurationTemplates {
    /// queue.yaml for one model.
    ///
    /// - Parameter model: The model reference.
    /// - Returns: The file's content.
    public static func queue(model: String) -> String {
        """
        # A queue of batchd. Only the model must be given; what is commented out shows the default.
        model: \(model)

        # The number format that the model runs in: float32, bfloat16, int8, or auto for what suits the model.
        #precision: auto

        # What is read of a record. The text may be put together: text: "{news_title}. {news_summary}"
        # A model that compares two texts takes the second from text_pair, as in
        # text_pair: hypothesis
        #input:
        #  text: [text, input_text, input]
        #  id: [id, custom_id, recordId]
        #  features: []
        #  format: native

        # What is written of an answer. pass copies fields of the input, rename gives fields other names:
        # rename: { label: sentiment, probability: confidence }
        # Without fields a line has those of the model's task; those of a classification are
        # fields: [id, line, label, probability, scores, model, input_tokens, truncated, windows]
        # format is native (JSON Lines), or csv, openai, comprehend or fasttext for the readers of other tools.
        #output:
        #  scores: 10
        #  threshold: 0.5
        #  embedding: list
        #  pass: []
        #  rename: {}
        #  format: native

        # What a file may ask of this machine. on_long is truncate, error or window.
        #limits:
        #  line_bytes: 1MiB
        #  decoded_bytes: 20GiB
        #  compressed_bytes: 2GiB
        #  ratio: 200
        #  window_log: 23
        #  frames: 100000
        #  depth: 64
        #  keys: 10000
        #  id_bytes: 128
        #  records: 10000000
        #  on_long: truncate

        # What happens to a shard of records that brings the worker down.
        #retry:
        #  attempts: 8
        #  base: 5s
        #  cap: 15m
        #  deadline: 1d
        #  shard_timeout: 10m

        # Record errors above which a job fails; -1 ignores them.
        #error_threshold: -1

        # How many stretches of text are told, with each answer, that moved it most; 0 tells none and costs nothing.
        #explain: 0

        # A text that a job says again is answered once; false computes it each time.
        #deduplicate: true

        # Answers kept for other nights, so much on disk and as much in memory; none unless given, as in
        # cache: 256MiB

        # Records that are checkpointed and tried again together; auto makes that a few seconds of one core.
        #shard_records: auto

        # warn takes a file without checksum or manifest, strict refuses it.
        #integrity: warn

        # version makes another file of a former name a job of its own, conflict quarantines it.
        #same_name: version

        # Seconds that a dropped file must have been left alone before it is taken.
        #settle_seconds: 2

        # The time of the day by which results are wanted; none unless given, as in
        # deliver_by: "06:00"

        # What is watched from night to night; alarms go to alerts.jsonl beside the results. A list, as in
        # - { kind: surge, label: negative, group_by: company, rise: 0.15 }
        # - { kind: drift, of: [labels, lengths, confidence] }
        #monitors: []

        # How long 'batchd gc' keeps what is over, where this queue differs from batchd.yaml, as in
        # retention: { archive_days: 30, outbox_days: 14 }

        """
    }

    /// batchd.yaml.
    public static let daemon = """
        # The daemon of this root. Everything has a default, which is what is commented out.

        # Compute threads; auto is one for each core.
        #threads: auto

        # level: trace, debug, info, notice, warning, error or critical. format: text, json, or auto for text on a
        # terminal and in systemd's journal and json elsewhere.
        #log:
        #  level: info
        #  format: auto

        # How often, in seconds, the queues are read even if nothing announced a change.
        #poll_seconds: 5

        # Free space below which no file is claimed.
        #minimum_free_bytes: 512MiB

        # How long 'batchd gc' keeps what is over, in days, or never to remove it. A finished job is remembered for
        # done_days, so that its file dropped again is known; a sender may drop it again for replay_days.
        #retention:
        #  archive_days: 90
        #  quarantine_days: 90
        #  hold_days: never
        #  outbox_days: never
        #  done_days: 400
        #  replay_days: 30

        # state/batchd.prom for the node exporter's textfile collector.
        #metrics:
        #  textfile: true

        # The price of a core hour, for the cost per million records in reports; 0 leaves money out.
        #report:
        #  core_hour_price: 0
        #  currency: EUR

        # Where the alarms of monitors go beside alerts.jsonl: to a webhook, as Alertmanager takes them, to a program, or
        # to both; nowhere unless given. 'batchd alerts test' tries the way. As in
        # webhook: http://localhost:9093/api/v2/alerts
        # webhook_token_file: /etc/batchd/webhook.token
        # command: [/usr/local/bin/tell-somebody, --urgent]
        #alerts:
        #  webhook_timeout: 10s
        #  command: []
        #  command_timeout: 30s

        # Accept a root on NFS, SMB, 9P or AFS, whose renames and locks may break batchd's promises.
        #allow_network_root: false

        """
}
