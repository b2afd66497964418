import FoundationEssentials
import Glibc
import Kernels
import Spool
import SystemPackage

/// What is known of this machine and this build.
enum Machine {
    /// The build, as metrics and `--version` name it.
    static let build = "batchd 0.1.0"

    /// Who this machine is to receivers of alarms.
    static func alertSender(root: FilePath) -> AlertSender {
        var name = [CChar](repeating: 0, count: Int(HOST_NAME_MAX) + 1)
        gethostname(&name, name.count - 1)
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return AlertSender(instance: String(decoding: bytes, as: UTF8.self), root: root)
    }

    /// The second-level cache of a core, in bytes; 1 MiB where the kernel does not say.
    static var secondLevelCacheBytes: Int {
        let bytes = sysconf(Int32(_SC_LEVEL2_CACHE_SIZE))
        return bytes > 0 ? bytes : 1 << 20
    }

    /// What every job's metrics say of this process.
    static var provenance: Provenance {
        let forced = ProcessInfo.processInfo.environment[KernelTable.environmentVariable]
        let isa = (try? KernelTable.select(forced: forced))?.name ?? "unknown"
        return Provenance(
            isa: isa,
            build: build,
            peakRSSBytes: { peakRSSBytes },
            program: { RunningProgram.sha256 }
        )
    }

    /// The CPU seconds of all threads of this process so far.
    static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }

    /// The largest resident size of this process so far, in bytes.
    static var peakRSSBytes: Int {
        var usage = rusage()
        getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
