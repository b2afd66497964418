import Glibc
import Spool

/// A web server for tests: remembers what it was sent, and answers as it is told, or not at all.
public final class HTTPReceiver: Sendable {
    /// What somebody sent.
    public struct Request: Sendable {
        /// `POST /api/v2/alerts HTTP/1.1`.
        public var line: String
        /// The headers, their names in lower case.
        public var headers: [String: String]
        /// The body.
        public var body: [UInt8]
    }

    /// What a request gets.
    public enum Answer: Sendable {
        /// A status with a body.
        case status(Int, String = "")
        /// A status, and less of a body than its headers promise.
        case cutShort(Int)
        /// A status that names another place.
        case redirect(to: String)
        /// Nothing, for as long as the server lives.
        case silence
        /// The end of the connection.
        case hangUp
    }

    /// Where it listens, on 127.0.0.1.
    public let port: Int

    private let listener: CInt
    private let answer: @Sendable (Int) -> Answer
    private let state = Monitor(State())
    private let threads = ThreadGroup()

    private struct State {
        var requests: [Request] = []
        var connections: Set<CInt> = []
        var isStopped = false
    }

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - port: Where it listens; 0 for a port that is free.
    ///   - answer: What a request gets, by its number from 0.
    /// - Throws: `ReceiverError` or `ThreadError`.
    public init(port: Int = 0, answer: @escaping @Sendable (Int) -> Answer) throws {
        listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        self.answer = answer
        self.port = try Self.listen(on: listener, port: port)
        try threads.start { [self] in accept() }
    }

    /// The address of a path.
    public func url(_ path: String = "/api/v2/alerts") -> String { "http://127.0.0.1:\(port)\(path)" }

    /// What came so far.
    public var requests: [Request] { state.withLock { $0.requests } }

    /// Waits for requests.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - seconds: How long at most.
    /// - Returns: What came.
    public func wait(for count: Int, seconds: Double = 30) -> [Request] {
        let end = SystemTimeSource().monotonicSeconds + seconds
        return state.wait { state in
            let rest = end - SystemTimeSource().monotonicSeconds
            return state.requests.count >= count || rest <= 0 ? .answer(state.requests) : .wait(seconds: rest)
        }
    }

    /// Ends all connections, and answers nobody any more.
    public func stop() {
        state.withLock { state in
            guard !state.isStopped else { return }
            state.isStopped = true
            shutdown(listener, CInt(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, CInt(SHUT_RDWR)) }
        }
        state.broadcast()
        _ = threads.wait(seconds: 10)
    }

    private static func listen(on listener: CInt, port: Int) throws -> Int {
        var yes: CInt = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(listener, address, length) != 0 || Glibc.listen(listener, 16) != 0
                    || getsockname(listener, address, &length) != 0
            }
        }
        guard !failed else { throw ReceiverError(code: errno) }
        return Int(in_port_t(bigEndian: address.sin_port))
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { break }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let isStopped = state.withLock { state in
                state.connections.insert(connection)
                return state.isStopped
            }
            guard !isStopped, (try? threads.start { [self] in serve(connection) }) != nil else {
                end(connection)
                break
            }
        }
        close(listener)
    }

    private func end(_ connection: CInt) {
        state.withLock { _ = $0.connections.remove(connection) }
        // A process that was started meanwhile may have inherited it.
        shutdown(connection, CInt(SHUT_RDWR))
        close(connection)
    }

    /// Answers the first request of a connection; there is no second one.
    private func serve(_ connection: CInt) {
        defer { end(connection) }
        guard let request = Self.read(connection) else { return }
        let number = state.withLock { state in
            state.requests.append(request)
            return state.requests.count - 1
        }
        state.broadcast()
        switch answer(number) {
        case .hangUp: return
        case .silence: state.wait { $0.isStopped ? .answer(()) : .wait(seconds: nil) }
        case .status(let code, let body): Self.write(connection, code: code, body: body)
        case .cutShort(let code): Self.write(connection, code: code, length: 100, body: "half")
        case .redirect(let target):
            Self.write(connection, code: 307, headers: ["Location: \(target)"], body: "")
        }
    }

    private static func read(_ connection: CInt) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var head: (line: String, headers: [String: String], length: Int)?
        while true {
            if head == nil, let end = endOfHead(bytes) {
                head = parse(String(decoding: bytes[..<end], as: UTF8.self), end: end)
            }
            if let head {
                let total = head.length + (Int(head.headers["content-length"] ?? "0") ?? 0)
                if bytes.count >= total {
                    return Request(line: head.line, headers: head.headers, body: Array(bytes[head.length..<total]))
                }
            }
            let count = Glibc.read(connection, &buffer, buffer.count)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        let blank = Array("\r\n\r\n".utf8)
        guard bytes.count >= blank.count else { return nil }
        return (0...bytes.count - blank.count).first { Array(bytes[$0..<$0 + blank.count]) == blank }
    }

    private static func parse(_ head: String, end: Int) -> (String, [String: String], Int) {
        let lines = head.split(separator: "\r\n").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        return (lines.first ?? "", headers, end + 4)
    }

    private static func write(
        _ connection: CInt,
        code: Int,
        headers: [String] = [],
        length: Int? = nil,
        body: String
    ) {
        let fields = ["Content-Length: \(length ?? body.utf8.count)", "Connection: close"] + headers
        let text = "HTTP/1.1 \(code) Told So\r\n" + fields.map { $0 + "\r\n" }.joined() + "\r\n" + body
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = send(connection, Array(bytes[written...]), bytes.count - written, CInt(MSG_NOSIGNAL))
            if count <= 0 { return }
            written += count
        }
    }
}

/// A port that a test server cannot have.
public struct ReceiverError: Error {
    /// The errno.
    public var code: CInt
}
