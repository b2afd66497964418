internal import BatchCore

extension ModelRegistry {
    /// Packs an encoder that was added, in the precision that `auto` stands for here, so that its first job need not.
    ///
    /// - Parameter added: The model. Receives how long it took; or as a warning why it cannot run here, since it may be
    ///   meant for another machine.
    public func pack(_ added: inout AddedModel) {
        guard added.manifest.encoder != nil else { return }
        let clock = ContinuousClock()
        let begin = clock.now
        do {
            let reference = ModelReference.version(name: added.manifest.name, added.manifest.version)
            let precision = try load(reference).identity.precision
            let seconds = (clock.now - begin) / .seconds(1)
            added.packing = AddedModel.Packing(precision: precision, seconds: (seconds * 100).rounded() / 100)
        } catch {
            // That texts are not read was said when it was added.
            if let error = error as? ModelError, error.code == .unsupported { return }
            added.warnings.append("it cannot run on this machine: \(error)")
        }
    }
}
