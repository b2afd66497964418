import Testing

/// Texts whose ids are pinned, in groups, so that a difference says where to look.
struct PinnedTexts: Sendable, CustomTestStringConvertible {
    let name: String
    let texts: [String]

    var testDescription: String { name }

    static let all = [
        PinnedTexts(name: "English", texts: english),
        PinnedTexts(name: "Chinese", texts: chinese),
        PinnedTexts(name: "mixed", texts: mixed),
        PinnedTexts(name: "symbols and emoji", texts: symbols),
        PinnedTexts(name: "handles and addresses", texts: handles),
        PinnedTexts(name: "elongations", texts: elongations),
        PinnedTexts(name: "short and empty", texts: short),
        PinnedTexts(name: "every code point of two planes", texts: codePoints),
        PinnedTexts(name: "words of every length", texts: wordLengths),
        PinnedTexts(name: "random", texts: random),
        PinnedTexts(name: "long", texts: long),
    ]

    private static let english = [
        "The film is a warm, witty and wholly unexpected pleasure from the first scene to the last.",
        "I can't believe it's not better; don't waste $12.50 and 117 minutes of your life on this!",
        "SHOUTING NEVER HELPED ANYONE, least of all the customer-service team at 3:45 p.m. on 24/12/2024.",
        "A rock 'n' roll band's '90s reunion: o'clock, y'all'd've, 'quoted' words, trailing' and 'leading.",
        "  blanks\tand\r\nlines   in\u{B}all\u{C}places \u{A0} no-break\u{2028}separators\u{3000}wide ",
        "Supercalifragilisticexpialidocious antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis",
    ]
    private static let chinese = [
        "这家餐厅的菜味道很好，服务员也非常热情，下次还会再来！",
        "手机用了三天就坏了，客服一直不理人。。。。太失望了",
        "「引号」、《书名》；（括号）：全角？！　空格", "ありがとうございます、とても美味しかったです。", "𠀀𠮷野家 㐀䶵 豈更",
    ]
    private static let mixed = [
        "iPhone 15 Pro真的很好用，battery life也不错，推荐给everyone！", "我爱Swift和C，hello世界2024年abc中def文",
        "ＦＵＬＬ　ＷＩＤＴＨ　ｔｅｘｔ　１２３４！", "Привет, мир! ЁЖИК Ѓ", "ΑΒΓ Σίσυφος ΑΣ", "ÄÖÜ ÉÈÊ ÞÐ ß Ĳ ŉ Ÿ ŽŹ Ŀ ŀ Œ",
        "naïve café, “smart quotes”, it’s ‘so’ good — really…", "नमस्ते दुनिया สวัสดีชาวโลก שלום עולם مرحبا بالعالم 안녕하세요",
    ]
    private static let symbols = [
        "Great!!! 😀😀😀😀 👍🏽 ❤️ 👨‍👩‍👧‍👦 🇩🇪 :-) :( ^_^ ¯\\_(ツ)_/¯", "???!!!...---===***###$$$%%%&&&", "a+b=c; x*y<z>w|v {[(~`^)]}",
        "100% of €50 £3 ¥9 ©®™ ±×÷ ½ ² µ ª º → ∞ ≠ ■ ★",
        "\u{200D}\u{FE0F}\u{200B}\u{FEFF}\u{0}\u{7F}\u{80}\u{9F}\u{AD}x\u{10FFFF}",
    ]
    private static let handles = [
        "@united thanks, @Some_Body99! see http://t.co/AbC?x=1&y=2#z and HTTPS://Example.COM/path_a-b.",
        "@ alone, @_x, @@double, a@b.com, @中文 @ann's @ä",
        "http https httpx http: https: httpsx http_ htt h httpä http中 xhttp",
        "http", "https", "ends with http", "www.example.com http://例子.cn/路径 http://a http://b",
        "'http 'tis' @x'y ''' a''b a'b'c'",
    ]
    private static let elongations = [
        "sooooooo gooooood!!!!!!!!!!! nooooOOOOoooo wayyyyy",
        "aaa aaaa aaaaa aaaaaaaa aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "哈哈哈哈哈哈哈哈 。。。。。。 ！！！！", "AAAAaaaaＡＡＡaａA", "1111111 000000 99999 123456789012345678901234567890",
        "        spaces        everywhere        ",
        "xxxyyyzzz xxxxyyyyzzzz x\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}y", "sevennnnnnnnnnn letters1111.1111,,,,",
        "abcdefgggghijklmnopppp qrstuvwwwwwxyz....", "......................................................x",
    ]
    private static let short = [
        "", " ", "a", "A", "'", "''", "@", "_", "é", "中", "😀", ".", "1", "ab", "a ", " a", "a'", "'a", "a'b", "@a",
        "ht", "中a", "a中",
        "中中", "a中b", "abc", "abcd", "\u{0}", "\n", "\u{FEFF}",
    ]

    private static let codePoints: [String] = stride(from: 0, to: 0x20000, by: 97).map { start in
        var text = String.UnicodeScalarView()
        for codePoint in start..<(start + 97) {
            if let scalar = Unicode.Scalar(UInt32(codePoint)) { text.append(scalar) }
        }
        return String(text)
    }

    private static let wordLengths: [String] = (1...140).flatMap { length in
        let letters = "qwertyuiopasdfghjklzxcvbnm0123456789"
        let word = String(String(repeating: letters, count: 4).prefix(length))
        return [word, "x " + word + " y", word + "中" + word, "é" + word, word + "'s " + word + "!"]
    }

    private static let random: [String] = {
        var state: UInt64 = 42
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % count
        }
        let alphabet = Array("aabbcdehttpps  ''@@__//:.09AZ。天好ä😀\u{FEFF}\u{0}\u{10FFFF}Ａ".unicodeScalars)
        return (0..<3000).map { _ in
            var text = String.UnicodeScalarView()
            let few = draw(3) == 0 ? alphabet.count : 12
            for _ in 0..<draw(200) { text.append(alphabet[draw(few)]) }
            return String(text)
        }
    }()

    private static let long: [String] = [
        String(repeating: "a long text of ordinary words, again and again. ", count: 2100),
        String(repeating: "很长的中文文本，", count: 12_500),
        String(repeating: "ab", count: 50_000),
        String(repeating: "a", count: 100_000),
        String(repeating: "a 中😀'b@c ", count: 10_000),
        String(repeating: "no", count: 32_768), String(repeating: "no", count: 32_768) + "w",
        String(repeating: "x ", count: 32_767) + "don't", String(repeating: "x ", count: 32_766) + "中中中中中中",
        String(repeating: "7 ", count: 32_766) + "httphttps",
    ]
}
