import ArgumentParser
import Logging
import Models
import Spool
import SystemPackage

/// The exit codes of sysexits.h that batchd uses, and what each means here.
enum ExitStatus {
    /// Nothing to complain about.
    static let success: Int32 = 0
    /// The command line makes no sense.
    static let usage: Int32 = 64
    /// Bad data, or a job that failed.
    static let data: Int32 = 65
    /// There is no such file, job or root.
    static let noInput: Int32 = 66
    /// Something that must be there is not.
    static let unavailable: Int32 = 69
    /// The disk failed.
    static let inputOutput: Int32 = 74
    /// Try again later.
    static let temporary: Int32 = 75
    /// The configuration is wrong.
    static let configuration: Int32 = 78
}

/// An error that ends a command with words and a code.
struct CommandFailure: Error, CustomStringConvertible {
    var code: Int32
    var description: String

    init(_ code: Int32, _ message: String) {
        self.code = code
        self.description = message
    }

    private init(_ error: IntakeError) {
        switch error {
        case .unusableName, .notComplete: self.init(ExitStatus.data, error.description)
        case .taken, .underWay, .unread: self.init(ExitStatus.temporary, error.description)
        }
    }

    private init(_ error: ModelError) {
        switch error.code {
        case .notFound, .unreadable: self.init(ExitStatus.noInput, error.message)
        case .unsupportedPrecision: self.init(ExitStatus.configuration, error.message)
        case .badReference: self.init(ExitStatus.usage, error.message)
        case .unwritable: self.init(ExitStatus.inputOutput, error.message)
        case .busy: self.init(ExitStatus.temporary, error.message)
        default: self.init(ExitStatus.data, error.message)
        }
    }

    private init(_ failure: RootCheck.Failure) {
        if case .unchecked(let error) = failure {
            self.init(error)
        } else {
            self.init(ExitStatus.configuration, failure.description)
        }
    }

    private init(_ error: FileSystemError) {
        switch error.errno {
        case .permissionDenied, .notPermitted: self.init(ExitStatus.configuration, error.advice)
        default:
            let isPassing = error.consequence == .pause
            self.init(isPassing ? ExitStatus.temporary : ExitStatus.inputOutput, error.advice)
        }
    }

    /// The failure that an error of any part means for a command.
    init(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as ConfigurationError: self.init(ExitStatus.configuration, error.description)
        case let error as FileSystemError:
            self.init(error)
        case let failure as RootCheck.Failure: self.init(failure)
        case let error as ThreadError: self.init(ExitStatus.unavailable, error.description)
        case let error as PipeError: self.init(ExitStatus.inputOutput, error.description)
        case let error as IntakeError: self.init(error)
        case let error as ModelError: self.init(error)
        case let error as ValidationError: self.init(ExitStatus.usage, error.message)
        case let error as SupervisionError: self.init(ExitStatus.unavailable, String(describing: error))
        default: self.init(ExitStatus.data, String(describing: error))
        }
    }
}

extension CommandFailure {
    /// Says on standard error what failed.
    ///
    /// - Parameter format: That of the log that it is the last line of; nil where it is read by whoever typed the command.
    fileprivate func report(in format: LogFormat?) {
        guard let format, format.isJSON else {
            return StandardStream.error("\(JournalStream.prefix(for: .critical))batchd: \(description.visible)\n")
        }
        let logger = StructuredLogHandler.logger(format: .json, level: .critical, progress: EngineProgressLine())
        logger.critical("\(description)", metadata: ["exit_code": .stringConvertible(code)])
    }
}

/// Runs a command's body so that every error ends as one line and the right code.
///
/// - Parameters:
///   - format: That of the log that the line ends; nil for a command without one; read after a failure only.
///   - body: What the command does.
/// - Throws: `ExitCode`.
func reportingFailure(in format: @autoclosure () -> LogFormat? = nil, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch let code as ExitCode {
        throw code
    } catch {
        let failure = CommandFailure(error)
        failure.report(in: format())
        throw ExitCode(failure.code)
    }
}
