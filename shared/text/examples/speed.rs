//! Measures how long cleaning and redaction of one message take: `cargo run --release -p text --example speed`.

use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let plain = "\n\t\t\t尊敬的领导：\u{3000}\u{3000}您好！我家住金桂苑小区，楼下烧烤店每天营业到凌晨2点，油烟和噪音严重影响休息，多次反映没有结果。\r\n".repeat(8);
    let personal = format!(
        "{plain}我叫李建国，住3栋2单元501室，电话13800138000，身份证11010519491231002X，车牌川A12345。"
    );
    let mut out = std::io::stdout();
    for (name, message) in [("plain", plain), ("personal", personal)] {
        let cleaned = text::clean(&message).text;
        let turns = 20_000u32;
        for (step, work) in [
            ("clean", (|text| text::clean(text).text.len()) as fn(&str) -> usize),
            ("redact", |text| text::redact(text).text.len()),
            ("fingerprint", |text| text::fingerprint(text).count_ones() as usize),
        ] {
            let input = if step == "clean" { &message } else { &cleaned };
            black_box(work(input));
            let start = Instant::now();
            for _ in 0..turns {
                black_box(work(black_box(input)));
            }
            let each = start.elapsed().as_nanos() / u128::from(turns);
            writeln!(out, "{name:9} {step:12} {:4} characters {each:7} ns", input.chars().count())?;
        }
    }
    Ok(())
}
