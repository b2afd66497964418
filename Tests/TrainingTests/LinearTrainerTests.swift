import BatchCore
import Kernels
import Models
import Synchronization
import Testing
import Training

@Suite struct LinearTrainerTests {
    private func bytes(threads: Int, seed: UInt64 = 1) -> [UInt8] {
        let options = TrainingFixture.options(threads: threads, seed: seed)
        return LinearModelFile.write(LinearTrainer(options: options).train(TrainingFixture.texts(100)) { _ in }).bytes
    }

    @Test func anyNumberOfThreadsGivesTheSameBytes() {
        let one = bytes(threads: 1)
        #expect(bytes(threads: 2) == one)
        #expect(bytes(threads: 5) == one)
    }

    @Test func theSeedDecidesTheBytes() {
        #expect(bytes(threads: 2, seed: 1) != bytes(threads: 2, seed: 2))
    }

    @Test func itLearnsWhatTheTextsSay() throws {
        let parameters = LinearTrainer(options: TrainingFixture.options()).train(TrainingFixture.texts(300)) { _ in }
        let identity = ModelIdentity(name: "toy", version: 1, weightsSHA256: "", precision: "int8")
        let model = try LinearModel(identity: identity, parameters: parameters)
        let unseen = TrainingFixture.texts(90, first: 1000)
        let evaluation = try Evaluator(model: model).evaluate(unseen, among: model.labels)
        #expect(evaluation.accuracy > 0.95)
    }

    // One source knows only two of three labels; the third must stay as likely as the other source makes it.
    @Test func aSourceMovesOnlyTheLabelsItCouldChooseFrom() {
        var texts = LabelledTexts(labels: TrainingFixture.labels)
        let group = texts.begin(LabelledTexts.Group(candidates: [0, 2]))
        for number in 0..<60 {
            texts.append(number % 2 == 0 ? "good" : "bad", label: number % 2 == 0 ? 2 : 0, group: group)
        }
        let weights = LinearTrainer(options: TrainingFixture.options()).train(texts) { _ in }.weights
        #expect(weights.biases[1] == 0)
        #expect(weights.reference == 1)
    }

    @Test func progressReachesTheEnd() {
        let seen = Mutex<[TrainingProgress]>([])
        _ = LinearTrainer(options: TrainingFixture.options(threads: 2)).train(TrainingFixture.texts(50)) { progress in
            seen.withLock { $0.append(progress) }
        }
        let last = seen.withLock { $0.last }
        #expect(last?.epoch == 3 && last?.done == 50 && last?.total == 50)
    }

    @Test func moreLabelsGetFewerBuckets() {
        #expect(LinearTrainingOptions.buckets(forLabels: 3) * 2 <= 4_000_000)
        #expect(LinearTrainingOptions.buckets(forLabels: 150) * 149 <= 17 << 20)
    }
}
