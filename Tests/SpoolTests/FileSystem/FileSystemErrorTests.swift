import Spool
import SystemPackage
import Testing

@Suite struct FileSystemErrorTests {
    @Test(arguments: [
        (Errno.noSpace, "make room"), (.diskQuotaExceeded, "raise the quota"), (.tooManyOpenFiles, "LimitNOFILE="),
        (.noMemory, "lower 'threads'"), (.ioError, "dmesg"), (.readOnlyFileSystem, "make it writable"),
        (.permissionDenied, "permission"), (.noSuchFileOrDirectory, "put it back"), (.notDirectory, "mend the cause"),
    ])
    func everyFailureSaysWhatWhereAndWhatNext(errno: Errno, remedy: String) {
        let error = FileSystemError(operation: "sync", path: "spool/q/jobs", errno: errno)
        #expect(error.advice.hasPrefix("sync of 'spool/q/jobs' failed: "))
        #expect(error.advice.contains("(errno \(errno.rawValue)); "))
        #expect(error.advice.contains(remedy))
    }
}
