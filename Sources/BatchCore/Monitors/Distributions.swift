internal import Glibc

/// Tails of the distributions that monitors decide by.
///
/// Series and continued fractions as in Abramowitz and Stegun, Handbook of Mathematical Functions, 6.1.41, 26.5.8 and
/// 26.2; relative errors are below 1e-9 over the range in use, which the tests hold against tables.
enum Distributions {
    /// The logarithm of the gamma function, for a positive argument.
    static func logGamma(_ x: Double) -> Double {
        precondition(x > 0, "logGamma of \(x)")
        var shifted = x
        var product = 1.0
        while shifted < 10 {
            product *= shifted
            shifted += 1
        }
        let inverse = 1 / shifted
        let square = inverse * inverse
        let series = inverse * (1.0 / 12 - square * (1.0 / 360 - square * (1.0 / 1260 - square / 1680)))
        return (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * Double.pi) + series - log(product)
    }

    /// P(Z > z) of a standard normal variable.
    static func normalUpperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

    /// The z above which a standard normal variable lies with this probability.
    static func normalUpperQuantile(_ probability: Double) -> Double {
        var low = -40.0
        var high = 40.0
        // 60 halvings leave less than the spacing of doubles near 5.
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if normalUpperTail(middle) > probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// P(T > t) of Student's distribution.
    static func studentUpperTail(_ t: Double, degrees: Double) -> Double {
        guard degrees < 1e5 else { return normalUpperTail(t) }
        let half = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
        return t >= 0 ? half : 1 - half
    }

    /// P(F > f) of Fisher's distribution.
    static func fisherUpperTail(_ f: Double, _ numerator: Double, _ denominator: Double) -> Double {
        guard f > 0 else { return 1 }
        return incompleteBeta(denominator / (denominator + numerator * f), denominator / 2, numerator / 2)
    }

    /// The regularised incomplete beta function.
    static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
        if x < (a + 1) / (a + b + 2) { return front * betaFraction(x, a, b) / a }
        return 1 - front * betaFraction(1 - x, b, a) / b
    }

    /// The continued fraction of the incomplete beta function, by Lentz's method.
    private static func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        let away = { (value: Double) in abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var result = d
        for step in 1...500 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            result *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            result *= d * c
            if abs(d * c - 1) < 1e-14 { break }
        }
        return result
    }

    /// P(K > k) + P(K = k) / 2 of a beta-binomial variable, the middle p-value of a count.
    ///
    /// Counts are few where it matters, and the plain tail is then too careful by half a step.
    ///
    /// - Parameters:
    ///   - count: The count seen.
    ///   - trials: Records.
    ///   - mean: The expected share, strictly between 0 and 1.
    ///   - precision: The sum of the beta distribution's parameters; large means binomial.
    /// - Returns: The probability.
    static func betaBinomialUpperTail(count: Int, trials: Int, mean: Double, precision: Double) -> Double {
        // Beyond 1e7 the difference to the binomial is below that of the sums' rounding.
        let precision = min(max(precision, 1e-3), 1e7)
        let a = mean * precision
        let b = precision - a
        let n = Double(trials)
        let k = Double(count)
        let logTerm =
            logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) + logGamma(k + a) + logGamma(n - k + b)
            - logGamma(n + precision) + logGamma(precision) - logGamma(a) - logGamma(b)
        var term = exp(logTerm)
        // Too small for a number: nothing, or all, of the distribution lies beyond; the sum would walk there for nothing.
        if term == 0 { return k > n * mean ? 0 : 1 }
        var sum = 0.5 * term
        var current = k
        while current < n {
            term *= (n - current) * (current + a) / ((current + 1) * (n - current - 1 + b))
            sum += term
            current += 1
            if term < sum * 1e-12, current > n * mean { break }
        }
        return min(sum, 1)
    }
}
