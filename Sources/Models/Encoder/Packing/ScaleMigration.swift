import Kernels

/// Moves magnitude from activations into the weights that read them, so that both are even enough for 8 bits.
///
/// A column of activations is divided by `s` and the weights' column multiplied by it, with
/// `s = largestActivation^0.5 / largestWeight^0.5` (SmoothQuant: Xiao et al. 2022, arXiv:2211.10438). Instead of
/// measuring activations on sample texts, their magnitude is read off the layer norm that makes them, whose output has
/// mean `shift` and deviation `gain` by construction; so the same weights always pack to the same bytes.
enum ScaleMigration {
    /// Deviations from its mean that a normalised column is taken to reach.
    private static let deviations: Float = 4
    /// The share of a column's range that moves into the weights.
    private static let exponent: Float = 0.5

    /// The magnitude of each column after a layer norm.
    static func magnitudes(gain: [Float], shift: [Float]) -> [Float] {
        zip(gain, shift).map { abs($1) + deviations * abs($0) }
    }

    /// The magnitude of each output of a linear layer that reads normalised rows.
    static func magnitudes(of linear: Linear, reading norm: LayerNorm) -> [Float] {
        let columns = linear.weight.columns
        return linear.weight.values.withUnsafeBufferPointer { weights in
            (0..<linear.weight.rows).map { row in
                var mean = linear.bias[row]
                var variance: Float = 0
                for column in 0..<columns {
                    let weight = weights[row * columns + column]
                    mean += weight * norm.shift[column]
                    variance += weight * weight * norm.gain[column] * norm.gain[column]
                }
                return abs(mean) + deviations * variance.squareRoot()
            }
        }
    }

    /// What each column's weights are multiplied by, and its activations divided by.
    ///
    /// - Parameters:
    ///   - magnitudes: The largest activation expected of each column.
    ///   - readers: The matrices that read them, `[outputs, columns]` each.
    static func factors(magnitudes: [Float], readers: [Matrix]) -> [Float] {
        var largest = [Float](repeating: 0, count: magnitudes.count)
        for reader in readers {
            reader.values.withUnsafeBufferPointer { values in
                for row in 0..<reader.rows {
                    for column in 0..<reader.columns {
                        largest[column] = max(largest[column], abs(values[row * reader.columns + column]))
                    }
                }
            }
        }
        return zip(magnitudes, largest).map { activation, weight in
            guard activation > 0, weight > 0 else { return 1 }
            let factor = (activation / weight).squareRoot()
            return factor.isFinite && factor > 0 ? factor : 1
        }
    }
}

extension Matrix {
    /// The matrix with each column multiplied.
    func multiplyingColumns(by factors: [Float]) -> Matrix {
        precondition(factors.count == columns, "a factor for each column")
        var result = values
        result.withUnsafeMutableBufferPointer { values in
            for row in 0..<rows {
                for column in 0..<columns { values[row * columns + column] *= factors[column] }
            }
        }
        return Matrix(rows: rows, columns: columns, values: result)
    }
}

extension Linear {
    /// The layer for inputs that were divided, column by column.
    func multiplyingInputs(by factors: [Float]) -> Linear {
        Linear(weight: weight.multiplyingColumns(by: factors), bias: bias)
    }

    /// The layer with each output divided.
    func dividingOutputs(by factors: [Float]) -> Linear {
        precondition(factors.count == weight.rows, "a factor for each output")
        var result = weight.values
        let columns = weight.columns
        result.withUnsafeMutableBufferPointer { values in
            for row in factors.indices {
                for index in row * columns..<(row + 1) * columns { values[index] /= factors[row] }
            }
        }
        return Linear(
            weight: Matrix(rows: weight.rows, columns: columns, values: result),
            bias: zip(bias, factors).map { $0 / $1 }
        )
    }
}

extension EncoderLayer {
    /// Evens out what attention reads and what it hands on; what the layer computes stays the same.
    ///
    /// - Parameter norm: The norm whose rows attention reads; nil where something stands between them.
    /// - Returns: The layer, and what it expects the columns of its input to be divided by; empty where `norm` is nil.
    func migratingAttention(reading norm: LayerNorm?) -> (layer: EncoderLayer, factors: [Float]) {
        guard let norm else { return (self, []) }
        let valueFactors = ScaleMigration.factors(
            magnitudes: ScaleMigration.magnitudes(of: value, reading: norm),
            readers: [attentionOutput.weight]
        )
        let value = value.dividingOutputs(by: valueFactors)
        let factors = ScaleMigration.factors(
            magnitudes: ScaleMigration.magnitudes(gain: norm.gain, shift: norm.shift),
            readers: [query.weight, key.weight, value.weight]
        )
        let layer = EncoderLayer(
            query: query.multiplyingInputs(by: factors),
            key: key.multiplyingInputs(by: factors),
            value: value.multiplyingInputs(by: factors),
            attentionOutput: attentionOutput.multiplyingInputs(by: valueFactors),
            attentionNorm: attentionNorm,
            intermediate: intermediate,
            output: output,
            outputNorm: outputNorm
        )
        return (layer, factors)
    }
}
