public import ArgumentParser
public import BatchCore

/// A precision is written on a command line as it is in `queue.yaml`.
extension PrecisionChoice: ExpressibleByArgument {}
