/// Names as bytes, which need not be text.
enum HostileName {
    /// Every byte in every place, the longest names, those that look like options, paths or our own files, and many.
    ///
    /// - Parameter many: How many plain names there are beside them.
    /// - Returns: Names without doubles, none of which is `.` or `..`.
    static func all(many: Int) -> [[UInt8]] {
        let ending = Array(".jsonl".utf8)
        var names: [[UInt8]] = []
        for byte in UInt8.min...UInt8.max where byte != 0 && byte != UInt8(ascii: "/") {
            names.append([byte])
            names.append([byte] + ending)
            names.append(Array("a".utf8) + [byte] + Array("b".utf8) + ending)
            names.append(Array("a".utf8) + ending + [byte])
        }
        for length in [122, 123, 128, 129, 249, 255] {
            names.append([UInt8](repeating: UInt8(ascii: "l"), count: length - ending.count) + ending)
            names.append([UInt8](repeating: 0xC3, count: length))
        }
        let words = [
            "...", "..jsonl", "-rf", "--help.jsonl", "a\nb.jsonl", "a\r\n.jsonl", "a b.jsonl", "$(reboot).jsonl",
            "a;b.jsonl", "%s%n.jsonl", "..%2f..%2fetc.jsonl", "pub.x", "pub.x.jsonl", "gc.x", "gc.x.jsonl",
            "in.x.jsonl", ".x.tmp", "x.tmp", "x.part", ".x.part", "job.json", "job.json.jsonl", "shard.00001",
            "shard.00001.jsonl", "attempts.log", "attempts.log.jsonl", "intent", "intent.jsonl", "_SUCCESS",
            "_SUCCESS.jsonl", "manifest.json", "manifest.json.jsonl", "queue.yaml", "queue.yaml.jsonl", "x.r2.jsonl",
            "x.replay1.jsonl", "x.duplicate.jsonl", "x.kept2.jsonl", "x.conflict.jsonl", "x.unread2.jsonl",
            "unusable.0123456789ab.jsonl", "x.reason.json", "x.reason.json.jsonl", "lost.manifest.json", "lost.done",
            ".jsonl", ".jsonl.zst", "x.JSONL", "x.jsonl.gz", "e\u{301}.jsonl", "\u{202E}lnosj.x.jsonl", "CON.jsonl",
        ]
        names += words.map { Array($0.utf8) }
        names += (0..<many).map { Array("many-\($0).\($0 % 2 == 0 ? "jsonl" : "csv")".utf8) }
        return Set(names).filter { $0 != Array(".".utf8) && $0 != Array("..".utf8) }.sorted {
            $0.lexicographicallyPrecedes($1)
        }
    }
}
