import ArgumentParser
import Spool

/// A word in the place of a command that names none.
struct MistypedCommand: CustomStringConvertible {
    /// What is wrong, and what may have been meant.
    let description: String

    /// Looks for one; nil where there is none, which does not mean that the line can be understood.
    ///
    /// - Parameters:
    ///   - words: The command line, without the program.
    ///   - command: The program's command.
    init?(_ words: [String], of command: any ParsableCommand.Type) {
        guard let text = Self.text(words[...], of: command, path: "batchd") else { return nil }
        description = text
    }

    private static func text(
        _ words: ArraySlice<String>,
        of command: any ParsableCommand.Type,
        path: String
    ) -> String? {
        let known = command.configuration.subcommands
        // A command that takes no name, or has one that is meant without its name, may take anything else.
        guard let word = words.first, !word.isEmpty, !word.hasPrefix("-"), word != "help", !known.isEmpty,
            command.configuration.defaultSubcommand == nil
        else { return nil }
        if let next = known.first(where: { $0.configuration.commandName == word }) {
            return text(words.dropFirst(), of: next, path: "\(path) \(word)")
        }
        let shown = known.filter { $0.configuration.shouldDisplay }.compactMap { $0.configuration.commandName }
        let nearest = NearestName(to: word, among: shown).flatMap { $0.isLikely ? $0.name : nil }
        let hint = nearest.map { "did you mean '\(path) \($0)'?" } ?? "see: \(path) --help"
        return "there is no command '\(path) \(word)'; \(hint)"
    }
}
