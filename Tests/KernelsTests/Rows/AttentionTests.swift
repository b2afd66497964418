import CKernels
import Testing

@Suite struct AttentionTests {
    @Test(arguments: [0, 1, 2, 3, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 33, 130, 512], [16, 32, 48, 64, 128])
    func contextAgreesWithTheDefinition(length: Int, width: Int) throws {
        let fixture = AttentionFixture(length: length, width: width)
        let expected = fixture.sampledRows.map { fixture.expected($0) }
        let tolerance = fixture.tolerance(magnitude: 1)
        for table in KernelFixture.tables {
            let context = try fixture.run(table)
            for (row, values) in zip(fixture.sampledRows, expected) {
                for (got, wanted) in zip(context[row], values) {
                    #expect(abs(Double(got) - wanted) <= tolerance, "\(String(cString: table.name)), row \(row)")
                }
            }
        }
    }

    @Test func theWidestHeadAgreesWithTheDefinition() throws {
        try contextAgreesWithTheDefinition(length: 20, width: Int(BK_HEAD_WIDTH_MAXIMUM))
    }

    @Test func aLongSequenceStaysWithinItsScratch() throws {
        var fixture = AttentionFixture(length: 8192, width: 16)
        for index in 0..<fixture.length {
            fixture.input[index * fixture.stride + 32] = Float(index % 2)
        }
        for table in KernelFixture.tables {
            let context = try fixture.run(table)
            let expected = fixture.expected(8191)
            #expect(abs(Double(context[8191][0]) - expected[0]) <= fixture.tolerance(magnitude: 1))
        }
    }

    @Test func aRowsBitsDoNotDependOnItsPlace() throws {
        for length in 2...40 {
            var fixture = AttentionFixture(length: length, width: 32)
            for row in 1..<length {
                for column in 0..<32 {
                    fixture.input[row * fixture.stride + column] = fixture.input[column]
                }
            }
            for table in KernelFixture.tables {
                let context = try fixture.run(table)
                #expect(context.allSatisfy { $0 == context[0] }, "\(String(cString: table.name)), \(length)")
            }
        }
    }

    @Test(arguments: [1, 25, 70])
    func theSameSequenceElsewhereGivesTheSameBits(length: Int) throws {
        let fixture = AttentionFixture(length: length, width: 48)
        for table in KernelFixture.tables {
            let kernels = try #require(table.rows)
            let alone = try fixture.run(table)
            // Behind other tokens, in the middle of wider rows, and written elsewhere.
            let stride = fixture.stride + 7
            let first = 3 * stride + 5
            var buffer = [Float](repeating: .nan, count: first + length * stride)
            for row in 0..<length {
                for column in 0..<(3 * 48) {
                    buffer[first + row * stride + column] = fixture.input[row * fixture.stride + column]
                }
            }
            let memory = GuardedFloats(buffer)
            let context = GuardedFloats(count: length * 48)
            let scratch = UnsafeMutableRawPointer.allocate(
                byteCount: bk_attention_scratch_floats(length, 48) * 4,
                alignment: 64
            )
            defer { scratch.deallocate() }
            let q = memory.pointer + first
            var attention = bk_attention(
                q: q,
                k: q + 48,
                v: q + 96,
                stride: stride,
                length: length,
                width: 48,
                scale: fixture.scale,
                context: context.pointer,
                context_stride: 48,
                scratch: scratch.assumingMemoryBound(to: Float.self)
            )
            kernels.pointee.attend(&attention)
            #expect(context.rows(length, columns: 48, stride: 48) == alone, "\(String(cString: table.name))")
        }
    }

    @Test(arguments: [Float(1e2), 1e9, 1e17])
    func hugeScoresPickTheirKeyWithoutOverflow(magnitude: Float) throws {
        var fixture = AttentionFixture(length: 19, width: 16)
        // Key and query of a row have one column of their own; rows from 16 on share that of row 0, turned around.
        for row in 0..<19 {
            for column in 0..<16 {
                let isOwn = column == row % 16
                let sign: Float = row < 16 ? 1 : -1
                fixture.input[row * fixture.stride + column] = isOwn ? sign * magnitude : 0
                fixture.input[row * fixture.stride + 16 + column] = isOwn ? sign * magnitude : 0
            }
        }
        for table in KernelFixture.tables {
            for (row, context) in try fixture.run(table).enumerated() {
                let values = fixture.input[(row * fixture.stride + 32)...].prefix(16)
                #expect(context == Array(values), "\(String(cString: table.name)), row \(row)")
            }
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteInAQueryStaysInItsRow(poison: Float) throws {
        let fixture = AttentionFixture(length: 27, width: 32)
        for table in KernelFixture.tables {
            let clean = try fixture.run(table)
            for row in [0, 13, 26] {
                var poisoned = fixture
                poisoned.input[row * fixture.stride + 3] = poison
                for (index, context) in try poisoned.run(table).enumerated() {
                    if index == row {
                        #expect(context.allSatisfy { $0.isNaN }, "\(String(cString: table.name)), row \(row)")
                    } else {
                        #expect(context == clean[index], "\(String(cString: table.name)), row \(row)")
                    }
                }
            }
        }
    }

    @Test func notANumberInAKeyReachesEveryRow() throws {
        var fixture = AttentionFixture(length: 9, width: 16)
        fixture.input[8 * fixture.stride + 16] = .nan
        for table in KernelFixture.tables {
            #expect(try fixture.run(table).joined().allSatisfy { $0.isNaN }, "\(String(cString: table.name))")
        }
    }
}
