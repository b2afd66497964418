import Glibc
import Spool
import SystemPackage
import Testing

/// A fatal signal names the slot of the thread that raised it. Each crash happens in a process of its own.
@Suite struct CrashBlameTests {
    @Test func aTrapNamesItsSlot() async throws {
        let board = try SharedBoard("trap")
        await #expect(processExitsWith: .failure) {
            try SharedBoard.crash("trap", slot: 2) { preconditionFailure("a broken invariant") }
        }
        #expect(board.culprit == 2)
    }

    @Test func aStackOverflowNamesItsSlot() async throws {
        let board = try SharedBoard("overflow")
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            try SharedBoard.crash("overflow", slot: 3) { print(recurse(0)) }
        }
        #expect(board.culprit == 3)
    }

    @Test func anAbortNamesItsSlot() async throws {
        let board = try SharedBoard("abort")
        await #expect(processExitsWith: .signal(SIGABRT)) {
            try SharedBoard.crash("abort", slot: 0) { abort() }
        }
        #expect(board.culprit == 0)
    }

    @Test func anotherThreadsSlotIsNotBlamed() async throws {
        let board = try SharedBoard("other-thread")
        await #expect(processExitsWith: .signal(SIGABRT)) {
            try SharedBoard.crash("other-thread", slot: 1) { Thread { abort() }.join() }
        }
        #expect(board.culprit == nil)
    }

    @Test func aThreadThatGaveItsSlotBackIsNotBlamed() async throws {
        let board = try SharedBoard("unbound")
        await #expect(processExitsWith: .signal(SIGABRT)) {
            try SharedBoard.crash("unbound", slot: 1) {
                InFlightBoard.unbindThread()
                abort()
            }
        }
        #expect(board.culprit == nil)
    }

    @Test func aCrashOfTheKeeperIsKnownAndBlamesNoSlot() async throws {
        let board = try SharedBoard("keeper")
        await #expect(processExitsWith: .signal(SIGABRT)) {
            try SharedBoard.crash("keeper", slot: nil) { abort() }
        }
        #expect(board.culprit == nil)
        #expect(board.blamesKeeper)
    }

    @Test func aSignalFromOutsideBlamesNobody() async throws {
        let board = try SharedBoard("outside")
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            try SharedBoard.crash("outside", slot: 1) {
                kill(getpid(), SIGSEGV)
                while true { pause() }
            }
        }
        #expect(board.culprit == nil)
    }
}

/// A board that the process of an exit test finds by its name, through a link to this process's descriptor.
private final class SharedBoard {
    private let board: InFlightBoard
    private let link: String

    init(_ name: String) throws {
        board = try InFlightBoard(slotCount: 4)
        link = Self.link(name, process: getpid())
        unlink(link)
        guard symlink("/proc/\(getpid())/fd/\(board.descriptor.rawValue)", link) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    deinit {
        unlink(link)
    }

    var culprit: Int? {
        board.recordDeath(.signal(0), chargesAttempt: true)
        return board.lastDeath?.culprit
    }

    var blamesKeeper: Bool { board.blamesKeeper }

    /// Runs a body on a thread that is bound to a slot of the parent's board, or as the keeper's.
    static func crash(_ name: String, slot: Int?, _ body: @escaping @Sendable () -> Void) throws {
        let descriptor = try FileDescriptor.open(FilePath(link(name, process: getppid())), .readWrite)
        let board = try InFlightBoard(inherited: descriptor)
        try board.recordCrashes()
        try Thread.run {
            if let slot { try board.bindThread(to: slot) } else { try board.bindKeeperThread() }
            body()
        }
    }

    private static func link(_ name: String, process: CInt) -> String {
        "/tmp/batchd-crash-test.\(process).\(name)"
    }
}

@inline(never)
private func recurse(_ depth: Int) -> Int {
    depth == .max ? 0 : recurse(depth + 1) &* 3 &+ depth
}
