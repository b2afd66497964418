import Testing

@testable import batchd

@Suite struct AbsencesTests {
    private static let second: Int64 = 1_000_000_000

    @Test func aWaitThatEndsInTimeIsNoAbsence() {
        var absences = Absences()
        absences.note(from: 0, until: Self.second, expectedNanoseconds: Self.second)
        absences.note(from: 0, until: Self.second + Absences.noticeNanoseconds, expectedNanoseconds: Self.second)
        #expect(absences.nanoseconds(since: 0) == 0)
    }

    @Test func onlyWhatBeganBeforeItsEndIsPardoned() {
        var absences = Absences()
        absences.note(from: 0, until: 60 * Self.second, expectedNanoseconds: Self.second)
        #expect(absences.nanoseconds(since: 59 * Self.second) == 60 * Self.second)
        #expect(absences.nanoseconds(since: 60 * Self.second) == 0)
    }

    @Test func manyAreKeptAsASum() {
        var absences = Absences()
        for number in 0..<Int64(Absences.countMaximum) * 2 {
            let start = number * 10 * Self.second
            absences.note(from: start, until: start + 5 * Self.second, expectedNanoseconds: Self.second)
        }
        #expect(absences.nanoseconds(since: 0) == Int64(Absences.countMaximum) * 2 * 5 * Self.second)
    }
}
