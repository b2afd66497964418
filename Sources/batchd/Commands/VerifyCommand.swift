import ArgumentParser
import Glibc
import Spool
import SystemPackage

/// `batchd verify`: holds a published job against its manifest, and computes a part of it again.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that a job's results are what was published, and that a sample comes out the same again.",
        usage: "batchd verify <job> [<options>]",
        discussion: """
            Sizes and hashes of all files are held against the manifest, and the manifest against the record that the \
            job was published. Then a sample of its records is read from the kept input and answered again by the same \
            version of the model: with the same bytes where instruction set, build and configuration are those of the \
            job, else with the same labels, and numbers within 0.001. It says which of the two it demanded, and what it \
            could not verify. A directory (with a '/' in front, or ./) is held against its manifest alone, wherever it \
            was moved. --json prints one object, described by schemas/verify.schema.json.

            0: no difference. 65: something differs. 66: nothing could be verified. 75: the job is not published yet.

            Example:
              batchd verify sentiment/reviews --sample 1000 --root /srv/batchd
              batchd verify ./collected/reviews
            """
    )

    @Argument(
        help: "queue/KEY, KEY alone where one queue has it, or the directory of a collected job.",
        completion: CompletionRoot.jobs
    )
    var job: JobArgument

    @Option(name: .long, help: "Records that are answered again; 0 for none.")
    var sample = 100

    @Option(name: .long, help: "Draws the sample; the same seed draws the same records.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var rootOption: RootOption

    /// The largest sample: its records are held in memory.
    private static let sampleMaximum = 1_000_000

    func validate() throws {
        guard (0...Self.sampleMaximum).contains(sample) else {
            throw ValidationError("--sample is \(sample), expected 0 to \(Self.sampleMaximum).")
        }
    }

    func run() throws {
        try reportingFailure {
            let report = try report()
            if json {
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                try StandardStream.output(report.text)
            }
            if !report.differences.isEmpty { throw ExitCode(ExitStatus.data) }
            if report.verifiedNothing { throw ExitCode(ExitStatus.noInput) }
        }
    }

    private func report() throws -> VerificationReport {
        if let directory = directory { return try VerificationReport(directory: directory) }
        let root = try rootOption.open()
        let found = try job.find(in: root)
        guard case .published(let done) = found.standing else {
            throw CommandFailure(
                ExitStatus.temporary,
                "'\(found.name)' is not published, so there is nothing to verify; see 'batchd status'"
            )
        }
        let drawing = SampleDrawing(count: sample, seed: seed)
        return try JobVerification(root: root, inspector: found.inspector, done: done, drawing: drawing).report()
    }

    /// The directory that is meant, where one is.
    private var directory: String? {
        let text = job.text
        if text.hasPrefix("/") || text.hasPrefix("./") || text.hasPrefix("../") || text == "." { return text }
        return access("\(text)/\(PublishedName.manifest)", F_OK) == 0 ? text : nil
    }
}
