internal import Glibc

/// The caches of the machine.
public enum CacheSizes {
    /// The second-level cache of a core, in bytes; 1 MiB where the system does not say.
    public static let secondLevelBytes: Int = {
        let bytes = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return bytes > 0 ? bytes : 1 << 20
    }()
}
