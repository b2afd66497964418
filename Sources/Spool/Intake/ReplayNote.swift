import BatchCore
import JSONLines

/// The note at the end of an errors file that names the job it came from, in a zstd frame that readers skip.
enum ReplayNote {
    /// Magic number and length of a skippable frame.
    private static let headerBytes = 8

    /// Appends the note.
    static func append(_ job: JobName, to output: inout [UInt8]) throws {
        ZstdEncoder.appendSkippableFrame(try DocumentCoding.encode(job), to: &output)
    }

    /// Reads the note back without decoding what stands before it.
    ///
    /// - Parameter tail: The last bytes of a file.
    /// - Returns: The job; nil where the file ends in no such note.
    static func job(atEndOf tail: [UInt8]) -> JobName? {
        guard tail.count > headerBytes else { return nil }
        let magic = withUnsafeBytes(of: DecodedStream.skippableMagic.littleEndian) { Array($0) }
        for start in 0..<(tail.count - headerBytes) where tail[start..<start + 4].elementsEqual(magic) {
            let payload = tail[(start + headerBytes)...]
            let length = tail[(start + 4)..<(start + headerBytes)].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length == payload.count else { continue }
            if let job = try? DocumentCoding.decode(JobName.self, from: Array(payload)) { return job }
        }
        return nil
    }
}
