import ArgumentParser
import Spool
import SystemPackage

/// `batchd retry`: drops the input of an ended job again.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Answers the input of a finished, failed or held job again.",
        discussion: """
            The input is taken from archive/, quarantine/ or hold/ and dropped once more; the new job is KEY.r2, with \
            the old one as its parent. What the old job published, or left in hold/, stays until you remove it. It \
            works with a daemon and without one; the next 'batchd run' then takes the file.

            Example:
              batchd retry sentiment/reviews
            """
    )

    @Argument(help: "queue/KEY, or KEY alone where one queue has it.", completion: CompletionRoot.jobs)
    var job: JobArgument

    @OptionGroup var rootOption: RootOption

    func run() throws {
        try reportingFailure {
            let root = try rootOption.open()
            let found = try job.find(in: root)
            if case .underWay(let state, _) = found.standing {
                throw CommandFailure(
                    ExitStatus.temporary,
                    "'\(found.name)' is \(state.rawValue) and has not ended; see 'batchd wait \(found.name)'"
                )
            }
            guard let input = try found.inspector.keptInput(of: found.standing) else {
                throw CommandFailure(
                    ExitStatus.noInput,
                    "the input of '\(found.name)' is neither in archive/ nor in quarantine/ or hold/; drop it again "
                        + "from where it came"
                )
            }
            if try root.disk.status(of: input.path)?.kind == .other {
                throw CommandFailure(
                    ExitStatus.data,
                    "'\(input.path)' is a link, FIFO, socket or device; have a regular file dropped"
                )
            }
            let settings = try root.queueConfiguration(of: found.queue).values
            let intake = try SpoolIntake(disk: root.disk, queue: found.queue, settings: settings)
            let drop = try intake.drop(input.path, on: root.disk, as: input.source, repetition: .of(found.key))
            try drop.announce()
            if case .held = found.standing {
                let held = root.path.appending(QueueLayout(queue: found.queue).held(found.key).directory.string)
                StandardStream.error("batchd: '\(held)' stays as it is; remove it when you need it no more\n")
            }
            guard try InstanceLock.isHeld(root: root.path) else {
                StandardStream.error("batchd: no daemon runs '\(root.path)'; the next 'batchd run' takes the file\n")
                return
            }
        }
    }
}
