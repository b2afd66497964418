import FoundationEssentials
import Spool
import SystemPackage

/// What was verified of a job, as `batchd verify --json` prints it.
struct VerificationReport: Encodable {
    /// The version of the format.
    let version = 1
    /// The job; nil where a directory was named.
    var job: String?
    /// The directory of the results.
    var directory: String
    /// Files that are as the manifest says, and their bytes.
    var files = 0
    var bytes = 0
    /// The sample; nil where none was computed.
    var sample: Sample?
    /// What differs, a sentence each; of many answers the last one says how many more there are.
    private(set) var differences: [String] = []
    /// Answers that differ and have no sentence of their own.
    private var furtherAnswers = 0
    /// What could not be verified, and why.
    var unverified: [String] = []

    /// Records that were answered again.
    struct Sample: Encodable {
        /// What was demanded of them.
        enum Demand: String, Encodable {
            /// The same bytes.
            case bytes
            /// The same labels, and numbers within 0.001.
            case labels
        }

        var demanded: Demand
        /// Why it was this and not the other.
        var because: String
        var model: String
        var seed: UInt64
        /// Records with an answer.
        var answered: Int
        /// Those that were compared.
        var compared: Int
        /// Those of which the bytes are the same, whatever was demanded.
        var identical: Int
    }

    private enum CodingKeys: String, CodingKey {
        case version, job, directory, files, bytes, sample, differences, unverified
    }

    /// Answers that differ of which each gets a sentence.
    private static let answersMaximum = 20

    /// Whether there was nothing that could be held against anything.
    var verifiedNothing: Bool { files == 0 && sample == nil && differences.isEmpty }

    init(job: String, directory: String) {
        self.job = job
        self.directory = directory
    }

    /// Verifies a directory by its manifest alone.
    init(directory: String) throws {
        let path = FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath(directory))
        self.directory = directory
        do {
            let disk = try LinuxFileSystem(root: path)
            add(try PublicationCheck(disk: disk, directory: "").outcome())
        } catch let error as FileSystemError where error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory
        {
            throw CommandFailure(
                ExitStatus.noInput,
                "'\(directory)' is no directory of a published job: \(error.errno)"
            )
        }
        unverified.append("the answers: a directory alone has no input; name the job and its root for that")
    }

    mutating func add(_ outcome: PublicationCheck.Outcome) {
        files += outcome.files
        bytes += outcome.bytes
        differences += outcome.differences
    }

    /// Adds one thing that differs.
    mutating func add(difference: String) {
        differences.append(difference)
    }

    /// Adds answers that differ.
    mutating func add(answers: [String]) {
        differences += answers.prefix(Self.answersMaximum)
        furtherAnswers = max(answers.count - Self.answersMaximum, 0)
        if furtherAnswers > 0 { differences.append("\(furtherAnswers) further answers") }
    }

    private var verdict: String {
        if verifiedNothing { return "nothing could be verified" }
        // The sentence about further answers is none of them.
        let count = differences.count + max(furtherAnswers - 1, 0)
        return switch count {
        case 0: "no difference found"
        case 1: "1 difference found"
        default: "\(count) differences found"
        }
    }

    /// What a person reads.
    var text: String {
        let count = files == 1 ? "1 file" : "\(files) files"
        let held = "\(count), \(bytes.bytesInWords), as the manifest says"
        var lines = ["\(directory): \(files == 0 ? "no files there" : held)"]
        if let sample {
            let demand = sample.demanded == .bytes ? "the same bytes" : "the same labels, numbers within 0.001"
            lines.append(
                "sample: \(sample.compared) of \(sample.answered) answers computed again with \(sample.model), "
                    + "\(sample.identical) with the same bytes; seed \(sample.seed)"
            )
            lines.append("demanded: \(demand), because \(sample.because)")
        }
        lines += unverified.map { "not verified: \($0)" }
        lines += differences.map { "DIFFERENT: \($0)" }
        return (lines + [verdict]).map(\.visible).joined(separator: "\n") + "\n"
    }
}
