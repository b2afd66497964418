import ArgumentParser
import Spool

/// `batchd config check`: finds every mistake in every configuration file of a root.
struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Finds every mistake in batchd.yaml and in each queue.yaml, before a run does.",
        discussion: """
            Each mistake is a line with file, line and key, and the nearest known key. A queue without mistakes has \
            its model loaded, and its output fields held against what the model gives. Nothing is changed, and a \
            running daemon goes on with what it has until SIGHUP. --json prints one object, described by \
            schemas/config-check.schema.json. A queue's directory without queue.yaml is named too, and, for root, what the user \
            that batchd runs as may not read.

            0: a run would start. 78: there are mistakes.

            Example:
              batchd config check --root /srv/batchd && systemctl reload batchd
            """
    )

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let report = try ConfigurationCheck(root: rootOption.open()).report()
            if json {
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                try StandardStream.output(report.text)
            }
            if !report.mistakes.isEmpty { throw ExitCode(ExitStatus.configuration) }
        }
    }
}
