import Kernels

/// Moves magnitude from activations into the weights that read them, so that both are even enough for 8 bits.
///
/// A column of activations is divided by a factor and the weights' column multiplied by it, with the factor
/// `sqrt(largest activation / largest weight)` (SmoothQuant: Xiao et al. 2022, arXiv:2211.10438). The division costs
/// nothing: the layer norm before does it on the way into the product's panels.
enum ScaleMigration {
    /// What each column's weights are multiplied by, and its activations divided by.
    ///
    /// - Parameters:
    ///   - magnitudes: The largest activation of each column.
    ///   - readers: The matrices that read them, `[outputs, columns]` each.
    /// - Returns: A factor for each column.
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
            let factor = (activation / weight).squareRoot()
            return factor.isNormal ? factor : 1
        }
    }
}

/// What the columns of a layer's two inputs are divided by; empty where they are not.
struct MigrationFactors {
    var attention: [Float] = []
    var feedForward: [Float] = []
}

extension EncoderLayer {
    /// The layer for inputs that are divided column by column; what it computes stays the same.
    ///
    /// - Parameters:
    ///   - ranges: How large its inputs become.
    ///   - attention: Whether a norm stands right before its heads and can divide what they read.
    /// - Returns: The layer and the factors.
    func migrating(
        _ ranges: ActivationRanges.Layer,
        attention: Bool
    ) -> (layer: EncoderLayer, factors: MigrationFactors) {
        var factors = MigrationFactors()
        if attention {
            factors.attention = ScaleMigration.factors(
                magnitudes: ranges.attention,
                readers: [query.weight, key.weight, value.weight]
            )
        }
        factors.feedForward = ScaleMigration.factors(
            magnitudes: ranges.feedForward,
            readers: [intermediate.weight]
        )
        let layer = EncoderLayer(
            query: query.multiplyingInputs(by: factors.attention),
            key: key.multiplyingInputs(by: factors.attention),
            value: value.multiplyingInputs(by: factors.attention),
            attentionOutput: attentionOutput,
            attentionNorm: attentionNorm,
            intermediate: intermediate.multiplyingInputs(by: factors.feedForward),
            output: output,
            outputNorm: outputNorm
        )
        return (layer, factors)
    }
}

extension Linear {
    /// The layer for inputs that were divided, column by column; itself where there are no factors.
    func multiplyingInputs(by factors: [Float]) -> Linear {
        guard !factors.isEmpty else { return self }
        precondition(factors.count == weight.columns, "a factor for each column")
        var result = weight.values
        result.withUnsafeMutableBufferPointer { values in
            for row in 0..<weight.rows {
                for column in 0..<weight.columns { values[row * weight.columns + column] *= factors[column] }
            }
        }
        return Linear(weight: Matrix(rows: weight.rows, columns: weight.columns, values: result), bias: bias)
    }
}
