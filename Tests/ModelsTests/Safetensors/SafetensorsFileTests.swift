import Foundation
import Testing

@testable import Models

@Suite struct SafetensorsFileTests {
    /// Reads a file of these parts, and gives the message that it fails with.
    private func refusal(_ header: String, data: Data = Data(count: 16), cut: Int = 0) throws -> String? {
        var found: String?
        try ModelFixture.withDirectory { folder in
            let bytes = EncoderFixture.safetensors(header: header, data: data)
            try bytes.dropLast(cut).write(to: URL(filePath: "\(folder)/a.safetensors"))
            found = message { _ = try SafetensorsFile("\(folder)/a.safetensors") }
        }
        return found
    }

    private func tensor(_ name: String, _ begin: Int, _ end: Int, dtype: String = "F32", shape: String = "[2]")
        -> String
    {
        #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }

    @Test func tensorsThatFillTheFileAreRead() throws {
        #expect(try refusal("{\(tensor("a", 0, 8)),\(tensor("b", 8, 16))}") == nil)
        #expect(try refusal(#"{"__metadata__":{"format":"pt"},\#(tensor("a", 0, 16, shape: "[2,2]"))}   "#) == nil)
    }

    @Test func cutHeaderIsRefused() throws {
        let header = "{\(tensor("a", 0, 16, shape: "[4]"))}"
        let count = header.utf8.count
        let text = try #require(try refusal(header, cut: 20))
        #expect(text.contains("a.safetensors") && text.contains("claims \(count) bytes"))
        #expect(text.contains("has \(count - 4) after the length"))
        #expect(try refusal("", data: Data(), cut: 3)?.contains("it has 5 bytes") == true)
    }

    @Test func lyingHeaderLengthIsRefused() throws {
        try ModelFixture.withDirectory { folder in
            let path = "\(folder)/a.safetensors"
            try Data([0, 0, 0, 0, 0, 0, 0, 0x80]).write(to: URL(filePath: path))
            let huge = message { _ = try SafetensorsFile(path) }
            #expect(huge?.contains("claims 9223372036854775808 bytes; at most 100000000") == true)
            try Data([5, 0, 0, 0, 0, 0, 0, 0, 0x7B]).write(to: URL(filePath: path))
            #expect(message { _ = try SafetensorsFile(path) }?.contains("claims 5 bytes, and the file has 1") == true)
        }
    }

    @Test func overlappingOffsetsAreRefused() throws {
        let text = try #require(try refusal("{\(tensor("a", 0, 12, shape: "[3]")),\(tensor("b", 8, 16))}"))
        #expect(text.contains("tensor 'b'") && text.contains("tensor 'a'") && text.contains("they overlap"))
    }

    @Test func bytesThatBelongToNoTensorAreRefused() throws {
        #expect(
            try refusal("{\(tensor("a", 0, 4, shape: "[1]")),\(tensor("b", 8, 16))}")?.contains("belongs to nothing")
                == true
        )
        let trailing = try #require(try refusal("{\(tensor("a", 0, 8))}"))
        #expect(trailing.contains("tensor 'a' ends at byte") && trailing.contains("and the file at byte"))
    }

    @Test func offsetsBeyondTheFileAreRefused() throws {
        let text = try #require(try refusal("{\(tensor("a", 8, 24, shape: "[4]"))}"))
        #expect(text.contains("bytes 8 to 24") && text.contains("holds 16 bytes"))
        #expect(try refusal("{\(tensor("a", 16, 8))}") != nil)
        #expect(try refusal("{\(tensor("a", -8, 8, shape: "[4]"))}") != nil)
    }

    @Test func sizesThatDisagreeAreRefused() throws {
        let text = try #require(try refusal("{\(tensor("a", 0, 16, shape: "[3]"))}"))
        #expect(text.contains("[3] of F32, which is 12 bytes") && text.contains("enclose 16"))
        #expect(
            try refusal("{\(tensor("a", 0, 16, dtype: "F16", shape: "[4]"))}")?.contains("which is 8 bytes") == true
        )
    }

    @Test func sizesThatOverflowAreRefused() throws {
        let shape = "[4611686018427387904,4]"
        #expect(
            try refusal("{\(tensor("a", 0, 16, shape: shape))}")?.contains("more than a machine can address") == true
        )
        // The product wraps round to the 16 bytes that are there.
        #expect(try refusal("{\(tensor("a", 0, 16, shape: "[4611686018427387905,4]"))}") != nil)
    }

    @Test func namesThatComeTwiceAreRefused() throws {
        let text = try #require(try refusal("{\(tensor("a", 0, 8)),\(tensor("a", 8, 16))}"))
        #expect(text.contains("the name 'a' comes a second time"))
    }

    @Test func unknownElementsAreRefused() throws {
        #expect(try refusal("{\(tensor("a", 0, 16, dtype: "F12"))}")?.contains("unknown dtype 'F12'") == true)
        #expect(try refusal(#"{"a":{"shape":[2],"data_offsets":[0,16]}}"#)?.contains("has no dtype") == true)
    }

    @Test func integersAreNoWeights() throws {
        try ModelFixture.withDirectory { folder in
            let path = "\(folder)/a.safetensors"
            let header = "{\(tensor("a", 0, 16, dtype: "I64"))}"
            try EncoderFixture.safetensors(header: header, data: Data(count: 16)).write(to: URL(filePath: path))
            let file = try SafetensorsFile(path)
            let entry = try #require(file.entries["a"])
            #expect(message { _ = try file.values(of: entry) }?.contains("dtype I64") == true)
        }
    }

    @Test func aFileThatIsCutAfterwardsIsAnError() throws {
        try ModelFixture.withDirectory { folder in
            let path = "\(folder)/a.safetensors"
            let header = "{\(tensor("a", 0, 16, shape: "[4]"))}"
            try EncoderFixture.safetensors(header: header, data: Data(count: 16)).write(to: URL(filePath: path))
            let file = try SafetensorsFile(path)
            let entry = try #require(file.entries["a"])
            #expect(try file.values(of: entry) == [0, 0, 0, 0])
            #expect(truncate(path, 70) == 0)
            #expect(message { _ = try file.values(of: entry) }?.contains("was cut while it was read") == true)
        }
    }

    @Test func aFIFOIsRefusedWithoutWaiting() throws {
        try ModelFixture.withDirectory { folder in
            #expect(mkfifo("\(folder)/a.safetensors", 0o600) == 0)
            #expect(message { _ = try SafetensorsFile("\(folder)/a.safetensors") }?.contains("no regular file") == true)
        }
    }
}
