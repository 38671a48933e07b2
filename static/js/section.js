// The row of a section's places scrolls sideways on a small screen: the one we are in is brought into sight.
document.querySelector(".sectionbar [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
