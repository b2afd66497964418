internal import CKernels

extension KernelTable {
    /// The CRC-32C of bytes (RFC 3720, appendix B.4): "123456789" gives 0xE3069283.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - crc: The checksum of the bytes before them; 0 for none.
    /// - Returns: The checksum of all of them.
    public func crc32c(of bytes: UnsafeRawBufferPointer, continuing crc: UInt32 = 0) -> UInt32 {
        guard let base = bytes.baseAddress else { return crc }
        return pointer.pointee.crc32c(base, bytes.count, crc)
    }
}
