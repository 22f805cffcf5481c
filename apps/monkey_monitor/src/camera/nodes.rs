//! Which devices of this machine give pictures.

use std::fs;
use std::path::Path;

/// Another device than `source_name` that gives pictures, as the system lists them in `sysfs`: the first node of each
/// camera (`index` 0) does, the further ones are for metadata. The same camera's is preferred.
pub(super) fn another_node(sysfs: &Path, source_name: &str) -> Option<String> {
    let own = source_name.strip_prefix("/dev/")?;
    let read = |node: &str, file: &str| {
        let text = fs::read_to_string(sysfs.join(node).join(file)).ok()?;
        Some(text.trim().to_owned())
    };
    let Ok(listed) = fs::read_dir(sysfs) else {
        // In a container, say. A metadata node follows its camera.
        let number: u32 = own.strip_prefix("video")?.parse().ok()?;
        return Some(format!("/dev/video{}", number.checked_sub(1)?));
    };
    let mut nodes: Vec<(bool, u32, String)> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|node| node != own && read(node, "index").as_deref() == Some("0"))
        .filter_map(|node| {
            let number = node.strip_prefix("video")?.parse().ok()?;
            let is_of_another = read(&node, "name") != read(own, "name");
            Some((is_of_another, number, node))
        })
        .collect();
    nodes.sort();
    let (_, _, node) = nodes.into_iter().next()?;
    Some(format!("/dev/{node}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is a failure")]
mod tests {
    use super::another_node;

    #[test]
    fn the_metadata_node_leads_to_its_camera() {
        let sysfs = tempfile::tempdir().unwrap();
        let nothing = another_node(sysfs.path(), "/dev/video1");
        assert_eq!(nothing, None);
        let unlisted = |source| another_node(&sysfs.path().join("nowhere"), source);
        assert_eq!(unlisted("/dev/video1").unwrap(), "/dev/video0");
        assert_eq!(unlisted("/dev/video0"), None);
        for (node, index, name) in [
            ("video0", "0", "Chip"),
            ("video2", "0", "C920"),
            ("video3", "1", "C920"),
            ("video10", "0", "Codec"),
            ("v4l-subdev0", "0", "C920"),
        ] {
            let folder = sysfs.path().join(node);
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("index"), format!("{index}\n")).unwrap();
            std::fs::write(folder.join("name"), format!("{name}\n")).unwrap();
        }
        for (source, expected) in [
            ("/dev/video3", Some("/dev/video2")),
            ("/dev/video9", Some("/dev/video0")),
            ("/dev/video0", Some("/dev/video2")),
            ("/dev/null", Some("/dev/video0")),
            ("rpicam", None),
        ] {
            let found = another_node(sysfs.path(), source);
            assert_eq!(found.as_deref(), expected, "{source}");
        }
    }
}
