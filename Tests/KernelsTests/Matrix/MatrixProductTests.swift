import CKernels
import Testing

@Suite struct MatrixProductTests {
    /// Every kernel of every instruction set this machine can run.
    private static let kernels: [(name: String, kernel: bk_gemm_kernel)] = KernelFixture.tables.flatMap { table in
        let kernels = [table.gemm.0, table.gemm.1, table.gemm.2, table.gemm.3]
        return zip(["float32", "bfloat16", "int8", "int8 narrow"], kernels).compactMap { name, kernel in
            kernel.map { ("\(String(cString: table.name)) \(name)", $0.pointee) }
        }
    }

    private static func shapes(_ kernel: bk_gemm_kernel) -> [(m: Int, n: Int, k: Int)] {
        let (rows, columns, depth) = (kernel.rows, kernel.columns, kernel.depth)
        return [0, 1, rows - 1, rows, rows + 1, 2 * rows + 3].flatMap { m in
            [0, 1, columns - 1, columns, columns + 1, 2 * columns + 3].flatMap { n in
                [0, 1, depth - 1, depth, depth + 1, 3 * depth + 5].map { (m, n, $0) }
            }
        }
    }

    private static let activations = [BK_IDENTITY, BK_GELU, BK_GELU_TANH, BK_RELU, BK_SILU, BK_TANH]

    /// Whether every element is right and nothing else was written.
    private func isRight(_ fixture: MatrixFixture, _ activation: bk_activation, withResidual: Bool) -> Bool {
        let memory = fixture.multiply(activation: activation, withResidual: withResidual)
        for at in memory.indices {
            let (i, j) = ((at - 64) / fixture.stride, (at - 64) % fixture.stride)
            guard at >= 64, i < fixture.m, j < fixture.n else {
                guard memory[at] == MatrixFixture.guardValue else { return false }
                continue
            }
            let (value, tolerance) = fixture.expected(i, j, activation)
            let residual = withResidual ? Double(fixture.residual[i * fixture.stride + j]) : 0
            guard abs(Double(memory[at]) - value - residual) <= tolerance else { return false }
        }
        return true
    }

    @Test(arguments: kernels.indices) func productsAgreeWithTheDefinition(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        for (count, shape) in Self.shapes(kernel).enumerated() {
            let fixture = MatrixFixture(kernel: kernel, m: shape.m, n: shape.n, k: shape.k)
            let activation = Self.activations[count % Self.activations.count]
            for chosen in [BK_IDENTITY, activation] {
                #expect(isRight(fixture, chosen, withResidual: count % 2 == 1), "\(name) \(shape) \(chosen)")
            }
        }
    }

    @Test(arguments: kernels.indices) func everyEpilogueAgreesWithTheDefinition(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        let fixture = MatrixFixture(kernel: kernel, m: kernel.rows + 1, n: 2 * kernel.columns + 3, k: kernel.depth + 3)
        for activation in Self.activations {
            #expect(isRight(fixture, activation, withResidual: false), "\(name) \(activation)")
            #expect(isRight(fixture, activation, withResidual: true), "\(name) \(activation) and residual")
        }
    }

    @Test(arguments: kernels.indices) func slicesOfALongSumAgreeWithTheDefinition(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        let fixture = MatrixFixture(kernel: kernel, m: 2 * kernel.rows + 1, n: kernel.columns + 1, k: 4099)
        #expect(isRight(fixture, BK_GELU, withResidual: true), "\(name)")
    }

    /// What would saturate first, were there not enough bits: all numbers as large as they come.
    @Test(arguments: kernels.indices) func largestIntegersAreMultipliedExactly(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        for weight: Int8 in [127, -127] {
            let fixture = MatrixFixture(kernel: kernel, m: kernel.rows + 1, n: kernel.columns + 1, k: kernel.depth + 3)
            guard let largest = fixture.fillWithLargest(weight: weight) else { return }
            let exact = Float(fixture.k * largest * Int(weight))
            let result = fixture.multiply()
            for i in 0..<fixture.m {
                let row = result[(64 + i * fixture.stride)..<(64 + i * fixture.stride + fixture.n)]
                #expect(row.allSatisfy { $0 == exact }, "\(name) \(weight)")
            }
        }
    }

    @Test(arguments: kernels.indices) func aRowAloneEqualsTheRowInABatch(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        let fixture = MatrixFixture(kernel: kernel, m: 5 * kernel.rows + 2, n: 2 * kernel.columns + 3, k: 1000)
        let whole = fixture.multiply(activation: BK_GELU)
        for count in [1, 2, kernel.rows, kernel.rows + 1, 3 * kernel.rows] {
            let part = fixture.multiply(rows: 0..<count, activation: BK_GELU)
            for row in 0..<count {
                let range = (64 + row * fixture.stride)..<(64 + row * fixture.stride + fixture.n)
                #expect(part[range].map(\.bitPattern) == whole[range].map(\.bitPattern), "\(name) \(count) \(row)")
            }
        }
    }

    @Test(arguments: kernels.indices, [Float.nan, .infinity])
    func wildNumbersStayInTheirRow(_ index: Int, _ wild: Float) {
        let (name, kernel) = Self.kernels[index]
        let fixture = MatrixFixture(kernel: kernel, m: kernel.rows + 2, n: kernel.columns + 3, k: kernel.depth + 2)
        let tame = fixture.multiply()
        guard fixture.replaceActivation(1, 3, with: wild) else { return }
        let result = fixture.multiply()
        for at in result.indices {
            let (i, j) = ((at - 64) / fixture.stride, (at - 64) % fixture.stride)
            let isWild = at >= 64 && i == 1 && j < fixture.n
            #expect(isWild ? !result[at].isFinite : result[at] == tame[at], "\(name) \(i) \(j)")
        }
    }

    @Test(arguments: kernels.indices) func panelsHoldWhatCHolds(_ index: Int) {
        let (name, kernel) = Self.kernels[index]
        guard kernel.activations.format == BK_F32 else { return }
        let fixture = MatrixFixture(kernel: kernel, m: kernel.rows + 2, n: 2 * kernel.columns + 3, k: kernel.depth + 1)
        var layout = kernel.activations
        let count = bk_panel_bytes(&layout, fixture.m, fixture.n) / 4
        var panels = Array(repeating: MatrixFixture.guardValue, count: count + 16)
        var product = fixture.product
        product.activation = BK_GELU
        panels.withUnsafeMutableBytes { panels in
            product.panels = panels.baseAddress
            kernel.multiply(&product)
        }
        let c = fixture.multiply(activation: BK_GELU)
        let padded = (fixture.n + kernel.depth - 1) / kernel.depth * kernel.depth
        for i in 0..<fixture.m {
            for j in 0..<padded {
                let expected = j < fixture.n ? c[64 + i * fixture.stride + j] : 0
                #expect(panels[fixture.place(i, j, columns: fixture.n)] == expected, "\(name) \(i) \(j)")
            }
        }
        #expect(panels.suffix(16).allSatisfy { $0 == MatrixFixture.guardValue }, "\(name)")
    }
}
