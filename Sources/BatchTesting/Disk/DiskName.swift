import Synchronization
import SystemPackage

/// One name in a directory, as bytes.
///
/// `FilePath.Component` says the same, but checks itself so often in debug builds that a disk of them takes most of
/// a test's time.
struct DiskName: Sendable, Hashable {
    let bytes: [UInt8]

    init(_ component: FilePath.Component) {
        bytes = component.withPlatformString { DiskName.bytes(of: $0) }
    }

    private init(bytes: ArraySlice<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The names on the way to a path; "." is none.
    ///
    /// - Precondition: The path stays below the root.
    static func components(of path: FilePath) -> [DiskName] {
        let all = path.withPlatformString { bytes(of: $0) }
        precondition(all.first != UInt8(ascii: "/"), "'\(path)' is not relative to the root")
        return all.split(separator: UInt8(ascii: "/")).filter { Array($0) != Array(".".utf8) }.map { name in
            precondition(Array(name) != Array("..".utf8), "'\(path)' has a component that leads upwards")
            return DiskName(bytes: name)
        }
    }

    /// The name as a path component.
    var component: FilePath.Component {
        Self.known.withLock { known in
            if let component = known[self] { return component }
            let terminated = bytes.map(CChar.init(bitPattern:)) + [0]
            let component = terminated.withUnsafeBufferPointer { buffer in
                buffer.baseAddress.flatMap { FilePath.Component(platformString: $0) }
            }
            guard let component else { preconditionFailure("a name came from a component") }
            known[self] = component
            return component
        }
    }

    /// Components made so far; tests use few names, and making one is slow.
    private static let known = Mutex<[DiskName: FilePath.Component]>([:])

    /// Orders names by their bytes.
    func precedes(_ other: DiskName) -> Bool {
        bytes.lexicographicallyPrecedes(other.bytes)
    }

    private static func bytes(of string: UnsafePointer<CChar>) -> [UInt8] {
        var length = 0
        while string[length] != 0 { length += 1 }
        return [UInt8](UnsafeRawBufferPointer(start: string, count: length))
    }
}
