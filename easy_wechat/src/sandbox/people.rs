//! Who is in the corporation: members, departments, tags.

use std::collections::BTreeMap;

/// The directory.
#[derive(Debug)]
pub(crate) struct People {
    /// By userid in lower case: the platform does not tell `ZhangSan` from `zhangsan`.
    members: BTreeMap<String, Member>,
    pub(crate) departments: Vec<Department>,
    pub(crate) tags: Vec<Tag>,
}

#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) departments: Vec<i64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Department {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) parent: i64,
}

#[derive(Clone, Debug)]
pub(crate) struct Tag {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) members: Vec<String>,
    pub(crate) departments: Vec<i64>,
}

impl People {
    /// A corporation of two members, in two departments, with a tag.
    pub(crate) fn new() -> Self {
        let mut people = Self {
            members: BTreeMap::new(),
            departments: vec![
                Department {
                    id: 1,
                    name: "沙箱公司",
                    parent: 0,
                },
                Department {
                    id: 2,
                    name: "研发部",
                    parent: 1,
                },
            ],
            tags: vec![Tag {
                id: 1,
                name: "值班",
                members: vec!["zhangsan".to_owned()],
                departments: Vec::new(),
            }],
        };
        people.add("zhangsan", "张三", vec![1, 2]);
        people.add("lisi", "李四", vec![1]);
        people
    }

    pub(crate) fn add(&mut self, id: &str, name: &str, departments: Vec<i64>) {
        let member = Member {
            id: id.to_owned(),
            name: name.to_owned(),
            departments,
        };
        self.members.insert(id.to_lowercase(), member);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Member> {
        if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.members.get(&id.to_lowercase())
        } else {
            self.members.get(id)
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether a userid is one: 1 to 64 letters, digits, and `_ - . @`.
    pub(crate) fn is_userid(id: &str) -> bool {
        (1..=64).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.@".contains(&byte))
    }
}
