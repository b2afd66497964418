import Models
import Testing

@Suite struct ModelReferenceTests {
    @Test func referencesAreRead() throws {
        #expect(try ModelReference(parsing: "sentiment") == .newest(name: "sentiment"))
        #expect(try ModelReference(parsing: "sentiment@3") == .version(name: "sentiment", 3))
        #expect(try ModelReference(parsing: "sentiment@stable") == .alias(name: "sentiment", "stable"))
        #expect(try ModelReference(parsing: "./mine") == .directory("./mine"))
        #expect(try ModelReference(parsing: "..") == .directory(".."))
    }

    @Test(arguments: ["", "@", "@3", "a@", "a@b@c", "a b", "-a", ".a", "ä"])
    func whatIsNoReferenceIsRefused(text: String) {
        #expect {
            _ = try ModelReference(parsing: text)
        } throws: { error in
            (error as? ModelError)?.code == .badReference
        }
    }

    @Test(arguments: ["sentiment", "sentiment@3", "sentiment@stable", "./mine"])
    func aReferenceIsWrittenAsItWasRead(text: String) throws {
        #expect(try ModelReference(parsing: text).description == text)
    }
}
