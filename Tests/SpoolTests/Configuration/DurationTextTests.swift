import Spool
import Testing

@Suite struct DurationTextTests {
    @Test(arguments: [
        ("30", 30), ("90s", 90), ("1.5h", 5400), ("250ms", 0.25), ("2m", 120), ("366d", 31_622_400), ("0", 0),
    ])
    func unitsAreThoseOfTheConfiguration(text: String, seconds: Double) {
        #expect(DurationText.seconds(text) == seconds)
    }

    @Test(arguments: ["", "s", "-1s", "1e30", "1e30s", "3654d", "nan", "inf", "1 s", "1w", ".", "1.2.3s", "9999999999"])
    func everythingElseIsRefused(text: String) {
        #expect(DurationText.seconds(text) == nil)
    }
}
