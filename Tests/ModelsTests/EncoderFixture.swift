import Foundation
import Models

/// The tiny encoders of Fixtures, and copies of them that a test may break.
struct EncoderFixture {
    static let names = [
        "bert-bare-sharded", "bert-masked-old-names", "bert-regression", "bert-sequence", "bert-tokens-f16",
        "distilbert-sequence", "distilbert-tokens", "electra-sequence", "electra-tokens-bf16", "roberta-sequence",
        "sentence-cls", "sentence-max", "sentence-mean", "xlm-roberta-multi-label", "xlm-roberta-tokens",
    ]

    /// Where a fixture lies.
    static func path(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
            .path(percentEncoded: false)
    }

    /// Runs a test on a copy of a fixture.
    static func withCopy(of name: String, _ body: (EncoderFixture) throws -> Void) throws {
        try ModelFixture.withDirectory { folder in
            let copy = EncoderFixture(directory: "\(folder)/\(name)")
            try FileManager.default.copyItem(atPath: path(name), toPath: copy.directory)
            try body(copy)
        }
    }

    /// The copy.
    let directory: String

    /// One of its files.
    func file(_ name: String) -> URL { URL(filePath: "\(directory)/\(name)") }

    /// Replaces a piece of text, which must be there, in a file.
    func replace(_ old: String, with new: String, in name: String) throws {
        let text = try String(contentsOf: file(name), encoding: .utf8)
        guard text.contains(old) else { throw CocoaError(.fileReadCorruptFile) }
        try Data(text.replacing(old, with: new).utf8).write(to: file(name))
    }

    /// Changes a safetensors file: its header as text, and the data after it.
    func rewrite(
        _ name: String = "model.safetensors",
        header change: (String) throws -> String = { $0 },
        data changeData: (inout Data) throws -> Void = { _ in }
    ) throws {
        let bytes = try Data(contentsOf: file(name))
        let count = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try change(String(decoding: bytes[8..<(8 + count)], as: UTF8.self))
        var data = Data(bytes[(8 + count)...])
        try changeData(&data)
        try Self.safetensors(header: header, data: data).write(to: file(name))
    }

    /// The bytes of a safetensors file.
    static func safetensors(header: String, data: Data = Data()) -> Data {
        let count = UInt64(header.utf8.count)
        return Data((0..<8).map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) }) + Data(header.utf8) + data
    }

    /// What the header of its weights says of a tensor, begin and end of its data.
    func offsets(of tensor: String) throws -> Range<Int> {
        let file = try SafetensorsFile("\(directory)/model.safetensors")
        guard let range = file.entries[tensor]?.range else { throw CocoaError(.fileReadCorruptFile) }
        let dataBegin = file.entries.values.map(\.range.lowerBound).min() ?? 0
        return (range.lowerBound - dataBegin)..<(range.upperBound - dataBegin)
    }
}

/// The message that a piece of work fails with; nil where it does not fail.
func message(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return "\(error)"
    }
}
