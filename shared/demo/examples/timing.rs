fn main() {
    let large = std::env::args().any(|a| a == "large");
    let tight = std::env::args().any(|a| a == "tight");
    let out = std::env::args().nth(1);
    let options = demo::Options { scale: if large { demo::Scale::Large } else { demo::Scale::Small }, tight, seed: 1 };
    let t = std::time::Instant::now();
    let mut total = 0;
    let mut last = t.elapsed();
    let mut save = Vec::new();
    demo::write(&options, &mut |name, bytes| {
        total += bytes.len();
        println!("{name:26} {:>9} rows {:>10} bytes {:>6.1} ms", bytes.iter().filter(|b| **b == b'\n').count() - 1, bytes.len(), (t.elapsed() - last).as_secs_f64() * 1e3);
        save.push((name.to_owned(), bytes));
        last = t.elapsed();
    }).unwrap();
    println!("{total} bytes in {:?}", t.elapsed());
    let out = out.unwrap();
    std::fs::create_dir_all(&out).unwrap();
    for (n, b) in save { std::fs::write(format!("{out}/{n}"), b).unwrap(); }
}
