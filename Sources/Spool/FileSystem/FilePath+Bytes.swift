import SystemPackage

extension FilePath.Component {
    /// The name as the directory holds it, which need not be UTF-8.
    var bytes: [UInt8] {
        withPlatformString { pointer in
            var bytes: [UInt8] = []
            var position = pointer
            while position.pointee != 0 {
                bytes.append(UInt8(bitPattern: position.pointee))
                position += 1
            }
            return bytes
        }
    }
}
