import Glibc
import Spool
import SystemPackage
import Testing

@Suite struct InFlightBoardTests {
    private let board: InFlightBoard

    init() throws {
        board = try InFlightBoard(slotCount: 3)
    }

    @Test func whatIsBegunIsInFlightUntilItEnds() throws {
        #expect(board.slots().isEmpty)
        let before = SystemTimeSource.monotonicNanoseconds
        #expect(board.begin(1, payload: Array("reviews/a 3\n".utf8), limitNanoseconds: 5))
        let slot = try #require(board.slots().first)
        #expect(slot.index == 1)
        #expect(slot.payload == Array("reviews/a 3\n".utf8))
        #expect(slot.limitNanoseconds == 5)
        #expect((before...SystemTimeSource.monotonicNanoseconds).contains(slot.startNanoseconds))
        board.end(1)
        #expect(board.slots().isEmpty)
    }

    @Test func aPayloadOfAnyLengthIsKeptWhole() {
        for count in [0, 1, 7, 8, 9, InFlightBoard.payloadBytesMaximum] {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
            #expect(board.begin(0, payload: payload, limitNanoseconds: 1))
            #expect(board.slots().first?.payload == payload)
            board.end(0)
        }
    }

    @Test func aPayloadThatIsTooLongIsCutAfterALine() {
        let line = [UInt8](repeating: 65, count: 999) + [10]
        let lines = Array(repeatElement(line, count: 17).joined())
        #expect(!board.begin(0, payload: lines, limitNanoseconds: 1))
        #expect(board.slots().first?.payload == Array(lines.prefix(16_000)))
    }

    @Test func theSlotThatIsOverdueForLongestIsNamed() {
        board.begin(2, payload: [], limitNanoseconds: 1_000)
        board.begin(0, payload: [], limitNanoseconds: 60_000_000_000)
        board.begin(1, payload: [], limitNanoseconds: .max)
        let now = SystemTimeSource.monotonicNanoseconds
        #expect(board.overdueSlot(nowNanoseconds: now - 120_000_000_000) == nil)
        #expect(board.overdueSlot(nowNanoseconds: now + 2_000) == 2)
        board.end(2)
        #expect(board.overdueSlot(nowNanoseconds: now) == nil)
        #expect(board.overdueSlot(nowNanoseconds: now + 120_000_000_000) == 0)
        #expect(board.overdueSlot(nowNanoseconds: now + 120_000_000_000, pardoned: { _ in 120_000_000_000 }) == nil)
        #expect(board.nextDeadlineNanoseconds() == board.slots().first?.deadlineNanoseconds)
    }

    @Test func aDeathIsOnRecordUntilItIsCleared() {
        #expect(board.lastDeath == nil)
        board.begin(1, payload: [1], limitNanoseconds: 1)
        board.recordDeath(.signal(9), chargesAttempt: false)
        #expect(board.lastDeath == EngineDeathRecord(death: .signal(9), isChargePending: false, culprit: nil))
        board.recordDeath(.timeout(slot: 1), chargesAttempt: true)
        #expect(board.lastDeath == EngineDeathRecord(death: .timeout(slot: 1), isChargePending: true, culprit: 1))
        #expect(board.slots().map(\.index) == [1])
        board.clear()
        #expect(board.lastDeath == nil)
        #expect(board.slots().isEmpty)
        board.begin(1, payload: [2], limitNanoseconds: 1)
        #expect(board.slots().map(\.payload) == [[2]])
    }

    @Test func whatTheKeeperSaysIsReadBesideAllSlotsAndChargedToNone() throws {
        #expect(board.keeperNote == nil)
        for slot in 0..<3 { board.begin(slot, payload: [UInt8](repeating: 255, count: 99), limitNanoseconds: 1) }
        let before = SystemTimeSource.monotonicNanoseconds
        board.report(KeeperNote(isReady: true, reloads: 12, status: "2 jobs, 3 of 4 records é"))
        let note = try #require(board.keeperNote)
        #expect((before...SystemTimeSource.monotonicNanoseconds).contains(note.beatNanoseconds))
        #expect(note.isReady)
        #expect(note.reloads == 12)
        #expect(note.status == "2 jobs, 3 of 4 records é")
        #expect(board.slots().map(\.index) == [0, 1, 2])
        board.clear()
        #expect(board.keeperNote == note)
        board.report(KeeperNote())
        #expect(board.keeperNote?.status == "")
        board.forgetKeeper()
        board.forgetKeeper()
        #expect(board.keeperNote == nil)
    }

    @Test func aKeepersLineOfAnyLengthIsTaken() {
        board.report(KeeperNote(status: String(repeating: "é", count: InFlightBoard.payloadBytesMaximum)))
        #expect(board.keeperNote?.status.hasPrefix("ééé") == true)
    }

    @Test func anInheritedBoardIsTheSameMemory() throws {
        let inherited = try InFlightBoard(inherited: try board.descriptor.duplicate())
        #expect(inherited.slotCount == 3)
        inherited.begin(2, payload: [7], limitNanoseconds: 1)
        #expect(board.slots().map(\.payload) == [[7]])
    }

    @Test func whatIsNoBoardIsRefused() throws {
        let (reading, writing) = try FileDescriptor.pipe()
        #expect(throws: SupervisionError.self) { _ = try InFlightBoard(inherited: reading) }
        try writing.close()
        #expect(throws: SupervisionError.self) { _ = try InFlightBoard(inherited: FileDescriptor(rawValue: -1)) }
    }

    @Test func theMemoryCannotBeShrunkUnderItsReaders() {
        #expect(ftruncate(board.descriptor.rawValue, 0) == -1)
    }

    @Test func aReaderNeverSeesHalfAPayload() {
        let writer = Thread { [board] in
            for round in 0..<20_000 {
                board.begin(0, payload: [UInt8](repeating: UInt8(round % 251), count: 100), limitNanoseconds: 1)
                board.end(0)
            }
        }
        for _ in 0..<2_000 {
            for slot in board.slots() { #expect(Set(slot.payload).count == 1 && slot.payload.count == 100) }
        }
        writer.join()
    }
}
