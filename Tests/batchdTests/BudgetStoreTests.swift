import BatchCore
import BatchTesting
import Foundation
import Spool
import SystemPackage
import Testing

@testable import batchd

/// What one command found about batches, another one uses.
@Suite struct BudgetStoreTests {
    @Test func aSettledBudgetHoldsForItsModelAndPrecision() throws {
        let test = try TestRoot()
        let model = MarkedTextModel(precision: "int8")
        #expect(RecordPipe.budgetTokens(for: model, root: test.root.path) == RecordPipe.budgetTokens(for: model))
        BudgetStore(disk: try LinuxFileSystem(root: FilePath(test.root.path))).add([model.identity: 777])
        #expect(RecordPipe.budgetTokens(for: model, root: test.root.path) == 777)
        let other = MarkedTextModel(precision: "float32")
        #expect(RecordPipe.budgetTokens(for: other, root: test.root.path) == RecordPipe.budgetTokens(for: other))
    }

    @Test func aDirectoryThatIsNoRootHasNoBudget() throws {
        let test = try TestRoot(initialised: false)
        #expect(BudgetStore.budget(for: MarkedTextModel().identity, root: test.root.path) == nil)
    }

    @Test func benchModelTakesTheSettledBudget() throws {
        let test = try TestRoot()
        let file = try test.write(TestRoot.records(20, first: 0), to: "a.jsonl")
        let root = FilePath(test.root.path)
        let identity = try EngineModels(root: root).load("sentiment").identity
        BudgetStore(disk: try LinuxFileSystem(root: root)).add([identity: 777])
        let output = try test.expect(0, "bench", "model", "sentiment", "--input", file)
        #expect(output.output.contains("\"batch_tokens\":777"), "\(output.error)\(output.output)")
    }
}
