import Crypto
import Foundation
import Testing

@testable import Reporting

@Suite struct StylesheetTests {
    @Test func thePolicyKnowsTheStyleSheet() {
        let digest = SHA256.hash(data: Data(String(describing: Stylesheet.text).utf8))
        #expect(Data(digest).base64EncodedString() == String(describing: Stylesheet.hash))
    }
}
