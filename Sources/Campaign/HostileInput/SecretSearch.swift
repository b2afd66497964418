import BatchTesting
import Glibc
import Spool
import SystemPackage

/// Looks for what nobody dropped in everything that batchd has written.
struct SecretSearch {
    let root: RealRoot

    /// Where the secret was found, and what lies in the quarantine without a word of why.
    ///
    /// - Returns: One sentence each.
    /// - Throws: What cannot be read.
    func violations() throws -> [String] {
        var found: [String] = []
        let secrets = [Array(OutsideWorld.secretText.utf8), Array("root:x:0:0".utf8)]
        for path in try UnixFile.tree(below: root.directory) {
            let status = try UnixFile.status(of: path)
            guard status.st_mode & S_IFMT == S_IFREG, status.st_size < 64 << 20 else { continue }
            let content = try UnixFile.content(of: path)
            for secret in secrets where Self.holds(content, secret) { found.append("the secret is in '\(path)'") }
        }
        for job in try PublishedJob.all(on: root.disk, queues: root.queues) {
            for name in [PublishedName.results, PublishedName.errors] {
                for line in try job.lines(of: name) where line.contains(OutsideWorld.secretText) {
                    found.append("the secret is in \(name) of \(job.job)")
                }
            }
        }
        for queue in root.queues { found += try unexplained(in: QueueLayout(queue: queue)) }
        return found
    }

    private static func holds(_ content: [UInt8], _ secret: [UInt8]) -> Bool {
        content.withUnsafeBytes { content in
            var start = 0
            while start + secret.count <= content.count, let base = content.baseAddress,
                let found = memchr(base + start, CInt(secret[0]), content.count - start - secret.count + 1)
            {
                if memcmp(found, secret, secret.count) == 0 { return true }
                start = UnsafeRawPointer(found) - base + 1
            }
            return false
        }
    }

    /// What was set aside, with neither a note beside it nor a failed job that kept it.
    private func unexplained(in layout: QueueLayout) throws -> [String] {
        let names = Set(try root.disk.entries(of: layout.quarantine, maximum: .max).map(\.name.string))
        var kept: Set<String> = []
        for entry in try root.disk.entries(of: layout.done, maximum: .max) {
            let bytes = try root.disk.readFile(layout.done.appending(entry.name), bytesMaximum: 1 << 20)
            // A done record is one line of JSON and its seal.
            let record = try DocumentCoding.decode(Kept.self, from: Array(bytes.prefix { $0 != UInt8(ascii: "\n") }))
            kept.insert(record.kept_as)
        }
        let noted = Set(names.filter { $0.hasSuffix(".reason.json") }.map { String($0.dropLast(12)) })
        return names.filter { !$0.hasSuffix(".reason.json") && !noted.contains($0) && !kept.contains($0) }.sorted().map
        {
            "'\(layout.quarantine)/\($0)' is in quarantine, and nothing says why"
        }
    }

    private struct Kept: Decodable {
        // The document's own spelling.
        // swift-format-ignore: AlwaysUseLowerCamelCase
        var kept_as: String
    }
}
