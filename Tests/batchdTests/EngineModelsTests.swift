import BatchCore
import Dispatch
import Foundation
import Synchronization
import SystemPackage
import Testing

@testable import batchd

@Suite struct EngineModelsTests {
    /// A root with topic@1, which is stable.
    private func root() throws -> TestRoot {
        let test = try TestRoot()
        let fixture = TestRoot.repository.appending(path: "Tests/ModelsTests/Fixtures/bert-sequence").path
        try test.expect(0, "models", "add", "topic", fixture)
        try Data(#"{"stable": 1}"#.utf8).write(to: test.root.appending(path: "models/topic/aliases.json"))
        return test
    }

    @Test func oneModelIsLoadedOnceByAllItsNames() throws {
        let test = try root()
        let models = EngineModels(root: FilePath(test.root.path))
        let first = try models.load("topic@1")
        let named = try #require(PrecisionChoice(rawValue: first.identity.precision))
        let others = try [
            models.load("topic"), models.load("topic@stable"), models.load("topic@1", precision: named),
        ]
        for other in others { #expect(first as AnyObject === other as AnyObject) }
        let int8 = try models.load("topic@1", precision: .int8)
        #expect(int8 as AnyObject !== first as AnyObject && int8.identity.precision == "int8")
    }

    @Test func threadsThatWantTheSameModelShareIt() throws {
        let test = try root()
        let models = EngineModels(root: FilePath(test.root.path))
        let found = Mutex<[ObjectIdentifier]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            guard let model = try? models.load("topic@1") else { return }
            found.withLock { $0.append(ObjectIdentifier(model as AnyObject)) }
        }
        let identifiers = found.withLock(\.self)
        #expect(identifiers.count == 4 && Set(identifiers).count == 1)
    }
}
