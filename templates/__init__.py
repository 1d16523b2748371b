"""*What* an app is: manifests, bundles, the shelf. Pure."""
