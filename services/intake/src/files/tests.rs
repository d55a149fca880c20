//! What went in comes out, and what was touched does not.

use super::*;
use crate::vault::Vault;

fn vault() -> Vault {
    Vault::new(&runtime::Secrets::new("a secret of this test, long enough".into()))
}

async fn put(files: &Files, vault: &Vault, content: &[u8]) -> Stored {
    let mut writer = Writer::begin(files, vault).await.unwrap();
    for part in content.chunks(10_007) {
        writer.write(part).await.unwrap();
    }
    writer.finish().await.unwrap()
}

async fn get(files: &Files, vault: &Vault, digest: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader::open(files, digest).await.ok()?;
    let mut whole = Vec::new();
    while let Some(piece) = reader.next(vault).await.ok()? {
        whole.extend(piece);
    }
    Some(whole)
}

#[tokio::test]
async fn a_file_comes_out_as_it_went_in_and_stands_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let (files, vault) = (Files::new(folder.path().to_owned()), vault());
    for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 200_000] {
        let content: Vec<u8> = b"plain words ".iter().copied().cycle().take(length).collect();
        let stored = put(&files, &vault, &content).await;
        assert_eq!(stored.bytes, length as u64);
        assert_eq!(put(&files, &vault, &content).await, stored);
        assert_eq!(get(&files, &vault, &stored.digest).await.unwrap(), content);
        let raw = std::fs::read(files.place(&stored.digest)).unwrap();
        assert!(!raw.windows(11).any(|bytes| bytes == b"plain words"));
    }
    let mut left = Writer::begin(&files, &vault).await.unwrap();
    left.write(b"half").await.unwrap();
    drop(left);
    assert_eq!(std::fs::read_dir(folder.path().join("incoming")).unwrap().count(), 0);
}

#[tokio::test]
async fn what_was_changed_cut_or_swapped_does_not_come_out() {
    let folder = tempfile::tempdir().unwrap();
    let (files, vault) = (Files::new(folder.path().to_owned()), vault());
    let stored = put(&files, &vault, &vec![7; 3 * PIECE]).await;
    let other = put(&files, &vault, &vec![8; 3 * PIECE]).await;
    let place = files.place(&stored.digest);
    let whole = std::fs::read(&place).unwrap();
    let (first, second) = (20..20 + PIECE + AROUND, 20 + PIECE + AROUND..20 + 2 * (PIECE + AROUND));
    let mut changed = whole.clone();
    changed[20 + 40] ^= 1;
    let mut swapped = whole.clone();
    swapped.copy_within(first.clone(), second.start);
    let cut = whole[..second.end].to_vec();
    let longer = [whole.clone(), whole[first].to_vec()].concat();
    let another = std::fs::read(files.place(&other.digest)).unwrap();
    for bad in [changed, swapped, cut, longer, another, Vec::new(), whole[..10].to_vec()] {
        std::fs::write(&place, bad).unwrap();
        assert_eq!(get(&files, &vault, &stored.digest).await, None);
    }
    // Handed in again, it is mended.
    assert_eq!(put(&files, &vault, &vec![7; 3 * PIECE]).await, stored);
    assert_eq!(get(&files, &vault, &stored.digest).await.unwrap().len(), 3 * PIECE);
    files.remove(&stored.digest).await.unwrap();
    files.remove(&stored.digest).await.unwrap();
    assert_eq!(get(&files, &vault, &stored.digest).await, None);
}
