import Testing

@testable import Spool

@Suite struct ProcessLimitsTests {
    private static let table = """
        Limit                     Soft Limit           Hard Limit           Units
        Max cpu time              30                   30                   seconds
        Max file size             unlimited            unlimited            bytes
        Max processes             31337                31337                processes
        Max open files            1024                 1048576              files
        Max address space         4294967296           unlimited            bytes
        """

    @Test func softLimitsAreRead() {
        var limits = ProcessLimits()
        limits.read(resourceLimits: Self.table)
        #expect(limits.openFiles == 1024)
        #expect(limits.processes == 31337)
        #expect(limits.processorSeconds == 30)
        #expect(limits.fileBytes == nil)
        #expect(limits.addressSpaceBytes == 4 << 30)
    }

    @Test func narrowestControlGroupCounts() {
        var limits = ProcessLimits()
        limits.read(memory: "max\n", processor: "max 100000\n", tasks: nil)
        #expect(limits == ProcessLimits())
        limits.read(memory: "2147483648\n", processor: "200000 100000\n", tasks: "64\n")
        limits.read(memory: "1073741824\n", processor: "max 100000\n", tasks: "max\n")
        #expect(limits.memoryBytes == 1 << 30)
        #expect(limits.cores == 2)
        #expect(limits.tasks == 64)
    }

    @Test func everyGroupAboveIsLookedAt() {
        let groups = ProcessLimits.controlGroups("1:name=systemd:/x\n0::/system.slice/batchd.service\n")
        #expect(
            groups == [
                "/sys/fs/cgroup", "/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/system.slice/batchd.service",
            ]
        )
        #expect(ProcessLimits.controlGroups("1:name=systemd:/x\n").isEmpty)
    }

    @Test func ownProcessHasLimits() throws {
        #expect(ProcessLimits(process: "self") != nil)
        #expect(ProcessLimits(process: "0") == nil)
    }

    @Test func tightLimitsAreFound() {
        var limits = ProcessLimits()
        limits.openFiles = 32
        limits.memoryBytes = 1 << 30
        limits.tasks = 10
        limits.cores = 1.5
        limits.fileBytes = 1 << 20
        let diagnosis = LimitDiagnosis(limits: limits, whose: "for a test", threads: 4, needBytes: 2 << 30)
        let findings = Dictionary(uniqueKeysWithValues: diagnosis.findings().map { ($0.subject, $0) })
        #expect(findings["open files"]?.severity == .error)
        #expect(findings["memory"]?.severity == .error)
        #expect(findings["threads"]?.severity == .error)
        #expect(findings["processor time"]?.severity == .warning)
        #expect(findings["processor time"]?.advice?.contains("threads: 1") == true)
        #expect(findings["file size"]?.severity == .warning)
        let free = LimitDiagnosis(limits: ProcessLimits(), whose: "for a test", threads: 4, needBytes: 2 << 30)
        #expect(free.findings().allSatisfy { $0.severity == .ok })
    }

    @Test func endOfProcessorTimeIsAnError() {
        var limits = ProcessLimits()
        limits.processorSeconds = 30
        let findings = LimitDiagnosis(limits: limits, whose: "for a test", threads: 4, needBytes: nil).findings()
        let finding = findings.first { $0.subject == "processor time" }
        #expect(finding?.severity == .error && finding?.seen.hasPrefix("30 s, for a test: ") == true)
        #expect(finding?.advice?.contains("LimitCPU=") == true)
    }

    @Test func lockHolderIsFound() {
        let locks = """
            1: POSIX  ADVISORY  READ  11 08:01:77 0 EOF
            2: FLOCK  ADVISORY  WRITE 4242 08:01:1234 0 EOF
            2: -> FLOCK  ADVISORY  WRITE 4243 08:01:1234 0 EOF
            """
        #expect(DaemonDiagnosis.process(holding: 1234, in: locks) == 4242)
        #expect(DaemonDiagnosis.process(holding: 234, in: locks) == nil)
        #expect(DaemonDiagnosis.process(holding: 77, in: locks) == nil)
    }
}
