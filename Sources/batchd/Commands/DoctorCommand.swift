import ArgumentParser
import Spool
import SystemPackage

/// `batchd doctor`: looks at everything that work on a root depends on.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything that work on a root depends on, and says what to do.",
        discussion: """
            Configuration, directories, renames, permissions, free space, clock, limits, processor, models, left-overs \
            and the daemon: each finding has what was seen, with numbers, and what to do. It changes nothing and is \
            safe beside a running daemon; the files with which it tries renames, in staging/, are its own and are \
            removed. As another user than batchd's it says what it could not see. --json prints one object, described \
            by schemas/doctor.schema.json.

            0: nothing is an error. 69: something is.

            Example:
              batchd doctor --root /srv/batchd
            """
    )

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @Flag(name: .long, help: "Leave out what is as it should be.")
    var brief = false

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let report = DoctorReport(root: root.path.string, findings: try Examination(root: root).findings())
            if json {
                try StandardStream.document(DocumentCoding.encode(report, indented: true))
            } else {
                try StandardStream.output(report.text(brief: brief))
            }
            if report.worst == .error { throw ExitCode(ExitStatus.unavailable) }
        }
    }
}
