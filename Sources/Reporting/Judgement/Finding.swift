/// Something about a job that a person should know before using its results.
struct Finding: Equatable {
    /// What it is about, in a word or two.
    let subject: String
    /// What was seen, with the numbers.
    let sentence: String
}
