import Spool
import Testing

@Suite struct TextTemplateTests {
    @Test func fieldsAndLiteralsAreTakenApart() throws {
        let template = try TextTemplate(parsing: "{news_title}。{news_summary}")
        #expect(template.parts == [.field("news_title"), .literal("。"), .field("news_summary")])
        #expect(template.fields == ["news_title", "news_summary"])
    }

    @Test func doubledBracesAreBraces() throws {
        let template = try TextTemplate(parsing: "{{{a}}} {{b}} {a}")
        #expect(template.parts == [.literal("{"), .field("a"), .literal("} {b} "), .field("a")])
        #expect(template.fields == ["a"])
        #expect(template.description == "{{{a}}} {{b}} {a}")
    }

    @Test func fieldNameMayBeAnyText() throws {
        #expect(try TextTemplate(parsing: "{标 题.0}").fields == ["标 题.0"])
    }

    @Test(arguments: [
        ("{a", TextTemplate.Problem.unclosedBrace), ("a}{b}", .strayBrace), ("{}", .badFieldName("")),
        ("{a{b}", .badFieldName("a{b")), ("no field", .noField), ("{{a}}", .noField), ("", .noField),
    ])
    func brokenTemplateIsRefused(text: String, problem: TextTemplate.Problem) {
        #expect(throws: problem) { try TextTemplate(parsing: text) }
    }

    @Test(arguments: [
        ("title", TextSource.firstOf(["title"])), ("[title, body]", .firstOf(["title", "body"])),
        ("\"5\"", .firstOf(["5"])),
    ])
    func plainNamesAreFields(yaml: String, source: TextSource) throws {
        let queue = try QueueConfiguration.parse(yaml: "model: a\ninput:\n  text: \(yaml)\n", file: "queue.yaml")
        #expect(queue.input.text == source)
    }
}
