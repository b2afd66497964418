import Synchronization
import SystemPackage

/// One name in a directory, as bytes.
///
/// `FilePath.Component` says the same, but checks itself so often in debug builds that a disk of them takes most of
/// a test's time; and names are compared so often that each carries its hash.
struct DiskName: Sendable, Hashable {
    let bytes: [UInt8]
    private let digest: UInt64

    init(_ component: FilePath.Component) {
        self.init(bytes: component.withPlatformString { DiskName.bytes(of: $0) })
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
        digest = Self.digest(of: bytes.span.bytes)
    }

    static func == (left: DiskName, right: DiskName) -> Bool {
        left.digest == right.digest && left.bytes == right.bytes
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(digest)
    }

    /// The names on the way to a path; "." is none.
    ///
    /// - Precondition: The path stays below the root.
    static func components(of path: FilePath) -> [DiskName] {
        path.withPlatformString { pointer in
            var length = 0
            while pointer[length] != 0 { length += 1 }
            let characters = UnsafeRawBufferPointer(start: pointer, count: length)
            let key = digest(of: characters.bytes)
            return paths.withLock { paths in
                if let known = paths.known[key], known.path.elementsEqual(characters) { return known.names }
                let names = components(ofPath: [UInt8](characters))
                paths.note(KnownPath(path: [UInt8](characters), names: names), key: key)
                return names
            }
        }
    }

    private static func components(ofPath path: [UInt8]) -> [DiskName] {
        precondition(path.first != UInt8(ascii: "/"), "'\(String(decoding: path, as: UTF8.self))' is not relative")
        return path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { name in
            precondition(!name.elementsEqual("..".utf8), "a path has a component that leads upwards")
            return DiskName(bytes: Array(name))
        }
    }

    /// The name as a path component.
    var component: FilePath.Component {
        Self.components.withLock { components in
            if let component = components.known[digest], component.name == self { return component.component }
            let terminated = bytes.map(CChar.init(bitPattern:)) + [0]
            let component = terminated.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap { FilePath.Component(platformString: $0) }
            }
            guard let component else { preconditionFailure("a name came from a component") }
            components.note(KnownComponent(name: self, component: component), key: digest)
            return component
        }
    }

    private struct KnownPath {
        var path: [UInt8]
        var names: [DiskName]
    }

    private struct KnownComponent {
        var name: DiskName
        var component: FilePath.Component
    }

    /// What was made lately; making it is slow, and tests come back to the same few paths.
    private struct Recent<Value> {
        private(set) var known: [UInt64: Value] = [:]
        private static var countMaximum: Int { 4096 }

        mutating func note(_ value: Value, key: UInt64) {
            if known.count >= Self.countMaximum { known.removeAll(keepingCapacity: true) }
            known[key] = value
        }
    }

    private static let paths = Mutex(Recent<KnownPath>())
    private static let components = Mutex(Recent<KnownComponent>())

    /// Orders names by their bytes.
    func precedes(_ other: DiskName) -> Bool {
        bytes.lexicographicallyPrecedes(other.bytes)
    }

    private static func bytes(of string: UnsafePointer<CChar>) -> [UInt8] {
        var length = 0
        while string[length] != 0 { length += 1 }
        return [UInt8](UnsafeRawBufferPointer(start: string, count: length))
    }

    /// FNV-1a, 64 bits: http://www.isthe.com/chongo/tech/comp/fnv/
    private static func digest(of bytes: RawSpan) -> UInt64 {
        var digest: UInt64 = 0xCBF2_9CE4_8422_2325
        for offset in bytes.byteOffsets {
            digest = (digest ^ UInt64(bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self))) &* 0x100_0000_01B3
        }
        return digest
    }
}
