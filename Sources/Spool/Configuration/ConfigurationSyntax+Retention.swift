internal import Yams

extension ConfigurationSyntax where Value == RetentionPeriod {
    /// The longest time that can be written, in days.
    private static var daysMaximum: Int { 36_500 }

    /// Days, or the word for ever.
    static var retention: Self {
        let days = ConfigurationSyntax<Int>.count(1...daysMaximum)
        let optional = ConfigurationSyntax<Int?>.word("never", or: days)
        return Self(allowed: optional.allowed, schema: optional.schema) { node throws(ConfigurationValueProblem) in
            try optional.parse(node).map(RetentionPeriod.days) ?? .never
        } format: {
            optional.format($0.days)
        }
    }
}
