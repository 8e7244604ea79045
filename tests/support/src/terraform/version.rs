//! Which program runs, and what it can do.

use std::fmt;

use serde_json::Value;

/// The kinds of program that run this provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// HashiCorp's.
    Terraform,
    /// The Linux Foundation's.
    OpenTofu,
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Terraform => "Terraform",
            Self::OpenTofu => "OpenTofu",
        })
    }
}

/// A program and its version, as `version -json` and `version` tell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The program.
    pub product: Product,
    /// Major and minor version.
    pub release: (u32, u32),
    /// The third number.
    pub patch: u32,
}

/// Something that not every supported version can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    name: &'static str,
    terraform: (u32, u32),
    opentofu: (u32, u32),
}

impl Feature {
    /// `terraform_data`, the resource that every Terraform has.
    pub const BUILT_IN_RESOURCE: Self = Self {
        name: "terraform_data",
        terraform: (1, 4),
        opentofu: (1, 6),
    };

    /// `import` blocks in the configuration.
    pub const IMPORT_BLOCK: Self = Self {
        name: "import blocks",
        terraform: (1, 5),
        opentofu: (1, 6),
    };

    /// Attributes that are neither planned nor stored.
    pub const WRITE_ONLY: Self = Self {
        name: "write-only attributes",
        terraform: (1, 11),
        opentofu: (1, 11),
    };

    /// `import` blocks that name an object by its identity.
    pub const RESOURCE_IDENTITY: Self = Self {
        name: "resource identity",
        terraform: (1, 12),
        opentofu: (1, 12),
    };
}

impl Version {
    /// Whether the program has the feature. If not, that is printed, so that a test that then checks less doesn't do
    /// so silently.
    pub fn has(&self, feature: Feature) -> bool {
        let needed = match self.product {
            Product::Terraform => feature.terraform,
            Product::OpenTofu => feature.opentofu,
        };
        let has = self.release >= needed;
        if !has {
            let (major, minor) = needed;
            eprintln!(
                "not checked: {} need {} {major}.{minor} or later, this is {self}",
                feature.name, self.product
            );
        }
        has
    }

    /// Reads what `version` and `version -json` print.
    pub(super) fn parse(text: &str, json: &str) -> Option<Self> {
        let product = match text.split_whitespace().next()? {
            "Terraform" => Product::Terraform,
            "OpenTofu" => Product::OpenTofu,
            _ => return None,
        };
        let json: Value = serde_json::from_str(json).ok()?;
        let version = json.get("terraform_version")?.as_str()?;
        // 1.16.0-rc2 has what 1.16.0 has.
        let numbers = version.split(['-', '+']).next()?;
        let mut numbers = numbers.split('.').map(|number| number.parse().ok());
        Some(Self {
            product,
            release: (numbers.next()??, numbers.next()??),
            patch: numbers.next()??,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.release;
        write!(f, "{} {major}.{minor}.{}", self.product, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn version(text: &str, number: &str) -> Version {
        let json = format!("{{\"terraform_version\": {number:?}}}");
        Version::parse(text, &json).expect("a version")
    }

    #[test]
    fn terraform_and_opentofu_are_told_apart() {
        let terraform = version("Terraform v1.11.4\non linux_amd64", "1.11.4");
        assert_eq!(terraform.to_string(), "Terraform 1.11.4");
        let opentofu = version("OpenTofu v1.10.0\non linux_amd64", "1.10.0");
        assert_eq!(opentofu.to_string(), "OpenTofu 1.10.0");
    }

    #[test]
    fn a_candidate_counts_as_its_release() {
        assert_eq!(version("Terraform", "1.16.0-rc2").release, (1, 16));
    }

    #[test]
    fn features_come_with_the_release_that_brought_them() {
        assert!(version("Terraform", "1.11.0").has(Feature::WRITE_ONLY));
        assert!(!version("Terraform", "1.10.5").has(Feature::WRITE_ONLY));
        assert!(!version("OpenTofu", "1.5.0").has(Feature::IMPORT_BLOCK));
    }

    #[test]
    fn another_programs_answer_is_no_version() {
        assert_eq!(
            Version::parse("Python 3.11", "{\"terraform_version\": \"1.1.1\"}"),
            None
        );
        assert_eq!(Version::parse("Terraform v1", "{}"), None);
    }
}
